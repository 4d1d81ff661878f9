import type { KubeObject } from '@alloy/contracts';
import type { Measurement, Measurements } from '@alloy/ledger';
import type { AnalyseStep, RunningState } from '@alloy/release';
import type { ClusterReader, Workloads, WorkloadView } from '../cluster-reader';
import { AnalysisRound } from './analysis-round';
import { WatchedTime } from './watched-time';

const step: AnalyseStep = {
  kind: 'analyse', target: { cluster: 'default', namespace: 'shop' }, deadline: 10, duration: 5, weight: 17,
  mode: 'metrics', minRequests: 50, maxErrorRate: 0.01, maxErrorRateIncrease: 0.01,
};
const state = (decision = 9) =>
  ({
    releaseId: 'R1', request: { workload: 'web' }, current: { ref: { step: 3, attempt: 1, decision }, spec: step, verdict: null },
  }) as unknown as RunningState;

const pod = (name: string): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name },
  spec: { containers: [{ name: 'web', ports: [{ containerPort: 8080 }] }] }, status: { conditions: [{ type: 'Ready', status: 'True' }] },
});
const view = (name: string): WorkloadView => ({ deployment: undefined, pods: [pod(name)] });
const workloads: Workloads = { stable: view('web-1'), canary: view('web-canary-1') };

/**
 * A cluster whose canary has served `at.requests` with `at.errors`, the recorded measurements, and a clock that only
 * the test moves.
 */
function world({ perRead = 0, perSecond = 20, compares = step, found = workloads } = {}) {
  const rows: Required<Measurement>[] = [];
  const at = { ms: 0, requests: 0, errors: 0 };
  const measurements: Measurements = {
    record: async (more) => void rows.push(...more.map((row) =>
      ({ metric: null, processStart: null, restarts: null, failure: null, ...row, at: '2026-01-01T00:00:00.000Z' }))),
    read: async () => rows,
  };
  const page = (requests: number, errors: number) =>
    `http_requests_total{code="200"} ${requests - errors}\nhttp_requests_total{code="500"} ${errors}\n`;
  const reader: Pick<ClusterReader, 'scrape'> = {
    scrape: async (_namespace, { metadata }) =>
      ({ kind: 'page', text: metadata.name === 'web-1' ? page(at.requests, 0) : page((at.requests += perRead), at.errors) }),
  };
  /** Confirms the watched time before each round, as the watcher does. */
  const round = () => {
    const watched = new WatchedTime(() => at.ms);
    const analysis = new AnalysisRound({ reader, measurements }, watched);
    return () => {
      watched.watch('the step');
      watched.confirm();
      return analysis.run(state(), compares, found, 1);
    };
  };
  /** One round per second, each after `perSecond` more requests. */
  const watch = async (analysis: ReturnType<typeof round>, seconds: number, errors = 0) => {
    const verdicts = [];
    for (let i = 0; i < seconds; i++) {
      at.ms += 1_000;
      at.requests += perSecond;
      at.errors += errors;
      verdicts.push(await analysis());
    }
    return verdicts.filter((verdict) => verdict !== undefined);
  };
  return { at, rows, round, watch };
}

describe('AnalysisRound', () => {
  it('passes after the whole duration, with the numbers and the digest of their rows', async () => {
    const { round, watch, rows } = world();
    const analysis = round();
    expect(await analysis()).toBeUndefined();
    expect(await watch(analysis, 4)).toEqual([]);
    const [verdict] = await watch(analysis, 1);
    expect(verdict).toMatchObject({ type: 'VerdictReached', data: {
      decision: 9, verdict: 'pass', observedSeconds: 5, numbers: { canaryRequests: 100, baselineRequests: 100, canaryErrors: 0 },
    } });
    expect(verdict!.data.numbers.measurements).toMatch(/^[0-9a-f]{64}$/);
    expect(rows).toHaveLength(14);
  });

  it('of an experiment reads the baseline in place of stable', async () => {
    const compares: AnalyseStep = { ...step, baseline: true };
    const found = { stable: view('web-7'), canary: view('web-canary-1'), baseline: view('web-1') };
    const { round, watch, rows } = world({ compares, found });
    const analysis = round();
    await analysis();
    const [verdict] = await watch(analysis, 5);
    expect(verdict).toMatchObject({ data: { verdict: 'pass', numbers: { canaryRequests: 100, baselineRequests: 100 } } });
    expect([...new Set(rows.map(({ pod }) => pod))]).toEqual(['web-canary-1', 'web-1']);
  });

  it('of an experiment without its baseline passes nothing, even if stable has requests', async () => {
    const { round, watch } = world({ compares: { ...step, baseline: true } });
    const analysis = round();
    await analysis();
    const [verdict] = await watch(analysis, 5);
    expect(verdict).toMatchObject({ data: { verdict: 'inconclusive', code: 'too_few_requests', numbers: { baselineRequests: 0 } } });
  });

  it('does not pass a canary whose only requests are the watcher\'s own reads of the page', async () => {
    const { round, watch, at } = world({ perRead: 1, perSecond: 0 });
    const analysis = round();
    await analysis();
    const [verdict] = await watch(analysis, 60);
    expect(at.requests).toBeGreaterThan(50);
    expect(verdict).toMatchObject({
      data: { verdict: 'inconclusive', code: 'too_few_requests', detail: expect.stringContaining("may be Alloy's own reads") },
    });
  });

  it('fails before the end of the duration once it has counted enough errors', async () => {
    const { round, watch } = world();
    const analysis = round();
    await analysis();
    const [verdict] = await watch(analysis, 3, 4);
    expect(verdict).toMatchObject({
      data: { verdict: 'fail', code: 'error_rate', observedSeconds: 3, numbers: { canaryRequests: 60, canaryErrors: 12 } },
    });
  });

  it('does not count time that was not watched', async () => {
    const { round, watch, at } = world();
    const analysis = round();
    await analysis();
    at.ms += 60_000;
    expect(await watch(analysis, 5)).toEqual([]);
    const [verdict] = await watch(analysis, 1);
    expect(verdict).toMatchObject({ data: { observedSeconds: 5 } });
  });

  it('continues from the recorded rows after the watcher was killed', async () => {
    const { round, watch } = world();
    const first = round();
    await first();
    await watch(first, 3);
    const second = round();
    expect(await second()).toBeUndefined();
    const [verdict] = await watch(second, 2);
    expect(verdict).toMatchObject({ data: { verdict: 'pass', observedSeconds: 5, numbers: { canaryRequests: 100 } } });
  });
});
