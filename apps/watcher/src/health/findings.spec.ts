import type { Deployment } from '@alloy/cluster';
import { RELEASE_LABEL, type KubeObject } from '@alloy/contracts';
import type { Current } from '@alloy/release';
import { healthFindings } from './findings';
import type { Circumstances } from './missing-config';
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

const start = Date.parse('2026-01-01T00:00:00.000Z');
/** The findings a minute after the start of the attempt, less a millisecond. */
const found = (
  now: Current, watched: Subject, live: Deployment | undefined, pods: readonly KubeObject[], over: Partial<Circumstances> = {},
) => healthFindings(now, watched, live, pods, { now: start + 59_999, ...over });

describe('healthFindings', () => {
  it('reports that a workload became ready once all pods of the newest spec are ready', () => {
    expect(found(current(), subject, deployment(), [pod('a', true), pod('b', true)])).toEqual([
      { type: 'WorkloadBecameReady', data: workload(2) },
    ]);
  });

  it.each([
    ['the controller has not seen the newest spec', deployment({ observedGeneration: 2 })],
    ['the Deployment still asks for another number', deployment({}, 3)],
    ['an older template is live', { ...deployment(), spec: { replicas: 2, selector: {}, template: template('R0') } }],
  ])('does not report that the workload became ready while %s', (_name, live) => {
    expect(found(current({ mostReady: 2 }), subject, live, [pod('a', true), pod('b', true)])).toEqual([]);
  });

  it('reports that a part of the pods of a Deployment became ready, whatever the others are', () => {
    const part: Subject = { ...subject, isPart: true };
    expect(found(current(), part, deployment({ updatedReplicas: 2 }, 5), [pod('a', true), pod('b', true)])).toEqual([
      { type: 'WorkloadBecameReady', data: workload(2) },
    ]);
    expect(found(current({ mostReady: 2 }), part, deployment({ observedGeneration: 2 }, 5), [pod('a', true), pod('b', true)])).toEqual([]);
    expect(found(current({ mostReady: 1 }), part, deployment({}, 5), [pod('a', true), pod('b', false)])).toEqual([]);
  });

  it('reports no promoted workload as ready whose template another client has changed', () => {
    const written = (manager: string, fields: object): object => ({
      manager, operation: 'Apply', apiVersion: 'apps/v1', time: '2026-01-01T00:00:00Z', fieldsV1: { 'f:spec': { 'f:template': fields } },
    });
    const image = { 'f:spec': { 'f:containers': { 'k:{"name":"web"}': { 'f:image': {} } } } };
    const by = (...managedFields: readonly object[]): Deployment => {
      const live = deployment();
      return { ...live, metadata: { ...live.metadata, managedFields } };
    };
    const promoting = current({ spec: { kind: 'promote', target: { cluster: 'default', namespace: 'shop' }, deadline: 8, replicas: 2 } });
    const types = (live: Deployment, now = promoting): readonly string[] =>
      found(now, subject, live, [pod('a', true), pod('b', true)]).map(({ type }) => type);
    expect(types(by(written('alloy', image)))).toEqual(['WorkloadBecameReady']);
    expect(types(by(written('alloy', {}), written('argocd-controller', image)))).toEqual(['WorkloadProgressed']);
    expect(types(by(written('alloy', {}), written('argocd-controller', image)), current())).toEqual(['WorkloadBecameReady']);
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
    expect(found(current(), subject, deployment(), one)).toEqual([{ type: 'WorkloadProgressed', data: workload(1) }]);
    expect(found(current({ mostReady: 1 }), subject, deployment(), one)).toEqual([]);
  });

  it('does not count the pods of another release', () => {
    expect(found(current(), subject, deployment(), [pod('a', true, { labels: { [RELEASE_LABEL]: 'R0' } }), pod('b', false)]))
      .toEqual([]);
  });

  it('reports once that a pod is degraded', () => {
    const pods = [pod('a', true), pod('b', false, {}, 'ImagePullBackOff')];
    const [finding] = found(current(), subject, deployment(), pods);
    expect(finding).toMatchObject({ type: 'WorkloadDegraded', data: { ...workload(1), cause: 'ImagePullBackOff', pod: 'b' } });
    expect(found(current({ degraded: finding!.data as never }), subject, deployment(), pods)).toEqual([]);
  });

  it('reports once that the creation of pods is blocked, together with the progress, and reports when that has passed', () => {
    const condition = {
      type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'pods "a" is forbidden: exceeded quota: small',
    };
    const [progress, blocked, ...more] = found(current(), subject, deployment({ conditions: [condition] }), [pod('a', true)]);
    expect([progress, more]).toEqual([{ type: 'WorkloadProgressed', data: workload(1) }, []]);
    expect(blocked).toEqual({ type: 'WorkloadBlocked', data: { ...workload(1), cause: 'QuotaExceeded', detail: 'exceeded quota: small' } });
    const known = current({
      mostReady: 1, blocked: { cause: 'QuotaExceeded', detail: 'exceeded quota: small', at: '2026-01-01T00:00:00.000Z' },
    });
    expect(found(known, subject, deployment({ conditions: [condition] }), [pod('a', true)])).toEqual([]);
    expect(found(known, subject, deployment(), [pod('a', true), pod('b', false)])).toEqual([
      { type: 'WorkloadUnblocked', data: workload(1) },
    ]);
    expect(found(known, subject, deployment(), [pod('a', true), pod('b', true)])).toEqual([
      { type: 'WorkloadBecameReady', data: workload(2) },
    ]);
  });

  it('finds nothing if there is no Deployment yet', () => {
    expect(found(current(), subject, undefined, [])).toEqual([]);
  });

  describe('for a pod whose ConfigMap or Secret does not exist', () => {
    const waiting = (message: string, reason = 'CreateContainerConfigError'): KubeObject => ({
      ...pod('a', false),
      status: { containerStatuses: [{ name: 'web', ready: false, restartCount: 0, state: { waiting: { reason, message } } }] },
    });
    const blocked = (detail: string) => [{ type: 'WorkloadBlocked', data: { ...workload(0), cause: 'ConfigMissing', detail } }];

    it.each([
      ['configmap "settings" not found', 'ConfigMap settings does not exist'],
      ['secret "late" not found', 'Secret late does not exist'],
      ["couldn't find key mode in ConfigMap shop/settings", 'ConfigMap settings has no key mode'],
      ["couldn't find key password in Secret shop/late", 'Secret late has no key password'],
      ["couldn't find key mode in settings", 'ConfigMap or Secret settings has no key mode'],
    ])('names it at once: %s', (message, detail) => {
      expect(found(current(), subject, deployment(), [waiting(message)])).toEqual(blocked(detail));
    });

    it('waits a minute, in which an operator may create it, and then the pod is degraded', () => {
      const known = current({ blocked: { cause: 'ConfigMissing', detail: 'Secret late does not exist', at: '2026-01-01T00:00:00.000Z' } });
      const pods = [waiting('secret "late" not found')];
      expect(found(known, subject, deployment(), pods)).toEqual([]);
      expect(found(known, subject, deployment(), pods, { now: start + 60_000 })).toEqual([
        {
          type: 'WorkloadDegraded',
          data: { ...workload(0), cause: 'ConfigError', pod: 'a', restarts: 0, detail: 'Secret late does not exist' },
        },
      ]);
      expect(found(known, subject, deployment(), [pod('a', false)], { now: start + 60_000 })).toEqual([
        { type: 'WorkloadUnblocked', data: workload(0) },
      ]);
    });

    it('names what the inspection missed while pods are created, because the status of a pod names no volume, and only waits', () => {
      const creating = [waiting('', 'ContainerCreating')];
      const missing = [{ kind: 'Secret', name: 'late' }] as const;
      const detail = 'Secret late did not exist at the inspection';
      expect(found(current(), subject, deployment(), creating, { missing })).toEqual(blocked(detail));
      expect(found(current(), subject, deployment(), creating, { missing, now: start + 9_999 })).toEqual([]);
      expect(found(current(), subject, deployment(), creating)).toEqual([]);
      expect(found(current(), subject, deployment(), [pod('a', false)], { missing })).toEqual([]);
      const known = current({ blocked: { cause: 'ConfigMissing', detail, at: '2026-01-01T00:00:00.000Z' } });
      expect(found(known, subject, deployment(), creating, { missing, now: start + 600_000 })).toEqual([]);
    });
  });
});
