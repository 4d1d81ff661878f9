import type { PageProbe } from '@alloy/analysis';
import type { Payloads, StableRef } from '../events';
import { releasePolicySchema, type PlannedPolicy } from '../policy';
import type { Context } from '../context';
import type { Identity } from '../state';
import { isoOf, msOf } from '../time';

/** Start time of every scenario. */
export const START = '2026-01-01T00:00:00.000Z';
export const identity: Identity = { releaseId: 'R2', project: 'shop', environment: 'production' };

export const stableV1: StableRef = { releaseId: 'R1', artifact: 'a1', image: 'shop:v1', imageTag: 'v1' };
export const adoptedV0: StableRef = { releaseId: null, artifact: 'a0', image: 'shop:v0', imageTag: 'v0' };

/** Three short stages, as in the example shop. */
export const policy: PlannedPolicy = releasePolicySchema.parse({
  namespace: 'shop',
  stages: [{ weight: 17, duration: 5 }, { weight: 50, duration: 5 }, { weight: 83, duration: 5 }],
  progressDeadline: 8,
});

export const request: Payloads['ReleaseRequested'] = {
  strategy: 'auto', image: 'shop:v2', imageTag: 'v2', commitSha: 'abc', artifact: 'a2', workload: 'web', replicas: 5,
  retryOf: null, rollbackOf: null,
};

/** Result of reading a stable pod's metrics page. */
export const probe = (result: PageProbe['result'], detail = `answered ${result}`): PageProbe => ({
  pod: 'web-1', result, port: 8080, path: '/metrics', status: 200,
  requests: result === 'requests' ? 15 : null,
  row: result === 'requests' ? 'requests-total' : null,
  detail,
});

/** Five pods of an Alloy release run, are ready, and count requests. */
export const inspection: Payloads['TargetInspected'] = {
  exists: true, replicas: 5, ready: 5, owner: 'alloy', hpa: false, refusal: null,
  metrics: [probe('requests', 'counts requests in http_requests_total (port 8080, /metrics)')],
};
export const nothingRuns: Payloads['TargetInspected'] = { exists: false, replicas: 0, ready: 0, owner: 'none', hpa: false, refusal: null };

/** The slot is free, v1 is stable, no other release waits. */
export const context: Context = { policy, cluster: 'default', slot: { holder: null, counter: 1 }, stable: stableV1, waiting: [] };

/** Another release that waits for the slot, requested `seconds` after START. */
export const waiter = (
  releaseId: string,
  seconds: number,
  whenBusy: PlannedPolicy['whenBusy'] = 'latestOnly',
): Context['waiting'][number] => ({
  releaseId,
  requestedAt: isoOf(msOf(START) + seconds * 1000),
  whenBusy,
  urgent: false,
});

/** An expedited waiting release. */
export const expedited = (releaseId: string, seconds: number): Context['waiting'][number] => ({
  ...waiter(releaseId, seconds),
  urgent: true,
});
