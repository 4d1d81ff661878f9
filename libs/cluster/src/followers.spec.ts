import type { KubeObject } from '@alloy/contracts';
import { obstacleTo, rolloutOf, stuckPod } from './followers';
import type { Live } from './live';

const object = (apiVersion: string, kind: string, spec: object, status?: object, generation = 2): KubeObject => ({
  apiVersion, kind, metadata: { name: 'db', generation }, spec, ...(status && { status }),
});
const set = (status: object, spec: object = {}) =>
  object('apps/v1', 'StatefulSet', { replicas: 3, ...spec }, { observedGeneration: 2, updateRevision: 'new', ...status });
const daemons = (status: object, spec: object = {}) =>
  object('apps/v1', 'DaemonSet', spec, { observedGeneration: 2, desiredNumberScheduled: 2, ...status });
const deployment = (status: object) => object('apps/v1', 'Deployment', { replicas: 2 }, { observedGeneration: 2, ...status });
const job = (status: object, spec: object = {}) => object('batch/v1', 'Job', spec, status);
const condition = (type: string) => ({ conditions: [{ type, status: 'True' }] });

describe('a follower', () => {
  it.each<[string, KubeObject]>([
    ['a StatefulSet with all pods of the new revision', set({ readyReplicas: 3, updatedReplicas: 3, currentRevision: 'old' })],
    ['a StatefulSet without a change', set({ readyReplicas: 3, currentRevision: 'new' })],
    [
      'a StatefulSet up to its partition',
      set({ readyReplicas: 3, updatedReplicas: 1, currentRevision: 'old' }, { updateStrategy: { rollingUpdate: { partition: 2 } } }),
    ],
    ['a StatefulSet whose pods a user replaces', set({ currentRevision: 'old' }, { updateStrategy: { type: 'OnDelete' } })],
    ['a StatefulSet without pods', set({}, { replicas: 0 })],
    ['a DaemonSet with all pods updated and available', daemons({ updatedNumberScheduled: 2, numberAvailable: 2 })],
    ['a DaemonSet whose pods a user replaces', daemons({}, { updateStrategy: { type: 'OnDelete' } })],
    ['a Deployment with all pods updated and available', deployment({ replicas: 2, updatedReplicas: 2, availableReplicas: 2 })],
    ['a Job that has completed', job(condition('Complete'))],
    ['a Job that is suspended', job({}, { suspend: true })],
    ['a CronJob', object('batch/v1', 'CronJob', {})],
  ])('is ready: %s', (_, found) => expect(rolloutOf(found)).toBe('ready'));

  it.each<[string, KubeObject]>([
    ['a StatefulSet that its controller has not seen', set({ readyReplicas: 3, updatedReplicas: 3, observedGeneration: 1 })],
    ['a StatefulSet with pods of the old revision', set({ readyReplicas: 3, updatedReplicas: 2, currentRevision: 'old' })],
    ['a StatefulSet with a pod that is not ready', set({ readyReplicas: 2, updatedReplicas: 3, currentRevision: 'old' })],
    ['a StatefulSet before its partition', set(
      { readyReplicas: 3, updatedReplicas: 0, currentRevision: 'old' }, { updateStrategy: { rollingUpdate: { partition: 2 } } },
    )],
    ['a DaemonSet with a pod of the old revision', daemons({ updatedNumberScheduled: 1, numberAvailable: 2 })],
    ['a DaemonSet with a pod that is not available', daemons({ updatedNumberScheduled: 2, numberAvailable: 1 })],
    ['a DaemonSet that its controller has not seen', daemons({ updatedNumberScheduled: 2, numberAvailable: 2, observedGeneration: 1 })],
    ['a Deployment with old pods', deployment({ replicas: 3, updatedReplicas: 2, availableReplicas: 3 })],
    ['a Deployment with a pod that is not available', deployment({ replicas: 2, updatedReplicas: 2, availableReplicas: 1 })],
    ['a Job that runs', job({ active: 1 })],
    ['an object without a status, as in the cache', object('apps/v1', 'StatefulSet', { replicas: 0 })],
    ['a Job without a status, as in the cache', object('batch/v1', 'Job', {})],
  ])('is not ready yet: %s', (_, found) => expect(rolloutOf(found)).toBe('progressing'));

  it('has failed if it is a Job that has', () => expect(rolloutOf(job(condition('Failed')))).toEqual({ failed: 'Job db failed' }));
});

const pod = (name: string, revision: string, reason?: string, restartCount = 3, ready = false): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { 'controller-revision-hash': revision } },
  status: {
    conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    containerStatuses: [{ restartCount, state: reason === undefined ? { running: {} } : { waiting: { reason } } }],
  },
});
const live = (key: string, ...pods: readonly KubeObject[]): Live =>
  ({ web: null, canary: null, shared: new Map(), copies: new Map(), hpa: null, followerPods: new Map([[key, pods]]) });
const sets = (...pods: readonly KubeObject[]) => live('StatefulSet.apps/db', ...pods);

describe('what prevents a follower from becoming ready', () => {
  it.each<[string, KubeObject, Live, string | undefined]>([
    ['a pod that crashes', set({}), sets(pod('db-2', 'new', 'CrashLoopBackOff')), 'pod db-2 of StatefulSet db: CrashLoopBackOff'],
    ['an image that can not be pulled', set({}), sets(pod('db-2', 'new', 'ImagePullBackOff', 0)),
      'pod db-2 of StatefulSet db: ImagePullBackOff'],
    ['nothing: a pod with two of three allowed restarts', set({}), sets(pod('db-2', 'new', 'CrashLoopBackOff', 2)), undefined],
    ['nothing: a pod of the earlier revision crashes', set({}), sets(pod('db-2', 'old', 'CrashLoopBackOff')), undefined],
    ['nothing: the controller has not seen it', set({ observedGeneration: 1 }), sets(pod('db-2', 'new', 'CrashLoopBackOff')), undefined],
    ['nothing: a Job counts restarts itself', job({}), live('Job.batch/db', pod('a', '', 'CrashLoopBackOff', 9)), undefined],
    [
      'a DaemonSet: a pod of the newest revision crashes',
      daemons({ updatedNumberScheduled: 1 }), live('DaemonSet.apps/db', pod('a', 'new', 'CrashLoopBackOff')),
      'pod a of DaemonSet db: CrashLoopBackOff',
    ],
    ['nothing: a DaemonSet has no new pod yet', daemons({}), live('DaemonSet.apps/db', pod('a', 'old', 'CrashLoopBackOff')), undefined],
  ])('is %s', (_, found, seen, expected) => expect(obstacleTo(found, seen, 3)).toBe(expected));

  it('is a crash loop only after the allowed number of restarts', () => {
    const crashing = (restarts: number) => obstacleTo(set({}), sets(pod('db-2', 'new', 'CrashLoopBackOff', restarts)), 5);
    expect([crashing(4), crashing(5)]).toEqual([undefined, 'pod db-2 of StatefulSet db: CrashLoopBackOff']);
  });
});

describe('the pod that keeps a StatefulSet from its update', () => {
  it.each<[string, KubeObject, Live, string | undefined]>([
    ['is one of an earlier spec that is not ready', set({}), sets(pod('db-1', 'new', undefined, 0, true), pod('db-2', 'old')), 'db-2'],
    ['is none of an earlier spec that is ready', set({}), sets(pod('db-2', 'old', undefined, 0, true)), undefined],
    ['is none of the current spec', set({}), sets(pod('db-2', 'new')), undefined],
    ['is none before the controller has seen the change', set({ observedGeneration: 1 }), sets(pod('db-2', 'old')), undefined],
    ['is none of another kind', daemons({}), live('DaemonSet.apps/db', pod('a', 'old')), undefined],
  ])('%s', (_, found, seen, expected) => expect(stuckPod(found, seen)?.metadata.name).toBe(expected));
});
