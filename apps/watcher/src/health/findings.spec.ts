import type { Deployment } from '@alloy/cluster';
import { RELEASE_LABEL, type KubeObject } from '@alloy/contracts';
import type { Current } from '@alloy/release';
import { healthFindings } from './findings';
import { asAutoscaled, type Subject } from './subject';

const ref = { step: 1, attempt: 1, decision: 7 };
const current = (over: Partial<Current> = {}): Current => ({
  ref,
  spec: { kind: 'scaleCanary', target: { cluster: 'default', namespace: 'shop' }, deadline: 8, split: { canary: 2, stable: 4 } },
  startedAt: '2026-01-01T00:00:00.000Z',
  progressedAt: '2026-01-01T00:00:00.000Z',
  effectDone: true,
  ready: false,
  effectDoneAt: '2026-01-01T00:00:00.000Z',
  readyAt: null,
  absenceDetected: false,
  pauses: [],
  mostReady: 0,
  workload: null,
  degraded: null,
  blocked: null,
  deleted: null,
  effectFailed: null,
  access: null,
  verdict: null,
  ...over,
});
const subject: Subject = { track: 'canary', desired: 2, release: 'R1' };
const template = (release: string) => ({ metadata: { labels: { [RELEASE_LABEL]: release } }, spec: { containers: [{ name: 'web' }] } });
const deployment = (over: Partial<Deployment['status']> = {}, replicas = 2): Deployment => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web-canary', generation: 3 },
  spec: { replicas, selector: {}, template: template('R1') },
  status: { observedGeneration: 3, updatedReplicas: 2, ...over },
});
const pod = (name: string, ready: boolean, over: Partial<KubeObject['metadata']> = {}, waiting?: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, uid: name, labels: { [RELEASE_LABEL]: 'R1' }, ...over },
  spec: { containers: [{ name: 'web' }] },
  status: {
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    containerStatuses: [{ name: 'web', ready, restartCount: 0, ...(waiting ? { state: { waiting: { reason: waiting } } } : {}) }],
  },
});
const workload = (ready: number) => ({ ...ref, track: 'canary', generation: 3, desired: 2, ready });

describe('healthFindings', () => {
  it('reports that a workload became ready once all pods of the newest spec are ready', () => {
    expect(healthFindings(current(), subject, deployment(), [pod('a', true), pod('b', true)])).toEqual([
      { type: 'WorkloadBecameReady', data: workload(2) },
    ]);
  });

  it.each([
    ['the controller has not seen the newest spec', deployment({ observedGeneration: 2 })],
    ['the Deployment still asks for another number', deployment({}, 3)],
    ['an older template is live', { ...deployment(), spec: { replicas: 2, selector: {}, template: template('R0') } }],
  ])('does not report that the workload became ready while %s', (_name, live) => {
    expect(healthFindings(current({ mostReady: 2 }), subject, live, [pod('a', true), pod('b', true)])).toEqual([]);
  });

  it('desires as many stable pods as the autoscaler, if the inspection found one', () => {
    const stable: Subject = { ...subject, track: 'stable' };
    const inspected = (hpa: boolean) => [{ type: 'TargetInspected', data: { hpa } }];
    expect(asAutoscaled(stable, deployment({}, 3), inspected(true))).toMatchObject({ desired: 3 });
    expect([
      asAutoscaled(stable, deployment({}, 3), inspected(false)),
      asAutoscaled(stable, deployment({}, 0), inspected(true)),
      asAutoscaled(stable, deployment({}, 3), []),
    ]).toEqual([stable, stable, stable]);
    expect(asAutoscaled(subject, deployment({}, 3), inspected(true))).toEqual(subject);
  });

  it('counts progress only above the highest number of ready pods so far', () => {
    const one = [pod('a', true), pod('b', false)];
    expect(healthFindings(current(), subject, deployment(), one)).toEqual([{ type: 'WorkloadProgressed', data: workload(1) }]);
    expect(healthFindings(current({ mostReady: 1 }), subject, deployment(), one)).toEqual([]);
  });

  it('does not count the pods of another release', () => {
    expect(healthFindings(current(), subject, deployment(), [pod('a', true, { labels: { [RELEASE_LABEL]: 'R0' } }), pod('b', false)]))
      .toEqual([]);
  });

  it('reports once that a pod is degraded', () => {
    const pods = [pod('a', true), pod('b', false, {}, 'ImagePullBackOff')];
    const [finding] = healthFindings(current(), subject, deployment(), pods);
    expect(finding).toMatchObject({ type: 'WorkloadDegraded', data: { ...workload(1), cause: 'ImagePullBackOff', pod: 'b' } });
    expect(healthFindings(current({ degraded: finding!.data as never }), subject, deployment(), pods)).toEqual([]);
  });

  it('reports once that the creation of pods is blocked, together with the progress, and reports when that has passed', () => {
    const condition = {
      type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'pods "a" is forbidden: exceeded quota: small',
    };
    const [progress, blocked, ...more] = healthFindings(current(), subject, deployment({ conditions: [condition] }), [pod('a', true)]);
    expect([progress, more]).toEqual([{ type: 'WorkloadProgressed', data: workload(1) }, []]);
    expect(blocked).toEqual({ type: 'WorkloadBlocked', data: { ...workload(1), cause: 'QuotaExceeded', detail: 'exceeded quota: small' } });
    const known = current({
      mostReady: 1, blocked: { cause: 'QuotaExceeded', detail: 'exceeded quota: small', at: '2026-01-01T00:00:00.000Z' },
    });
    expect(healthFindings(known, subject, deployment({ conditions: [condition] }), [pod('a', true)])).toEqual([]);
    expect(healthFindings(known, subject, deployment(), [pod('a', true), pod('b', false)])).toEqual([
      { type: 'WorkloadUnblocked', data: workload(1) },
    ]);
    expect(healthFindings(known, subject, deployment(), [pod('a', true), pod('b', true)])).toEqual([
      { type: 'WorkloadBecameReady', data: workload(2) },
    ]);
  });

  it('finds nothing if there is no Deployment yet', () => {
    expect(healthFindings(current(), subject, undefined, [])).toEqual([]);
  });
});
