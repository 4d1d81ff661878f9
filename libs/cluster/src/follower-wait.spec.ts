import { kindIdOf, type KubeObject } from '@alloy/contracts';
import { followerWait } from './follower-wait';
import type { Live } from './live';

const object = (kind: string, spec: object, status: object, apiVersion = 'apps/v1'): KubeObject =>
  ({ apiVersion, kind, metadata: { name: 'db', generation: 1 }, spec, status: { observedGeneration: 1, ...status } });
const set = object('StatefulSet', { replicas: 2 }, { updateRevision: 'new' });
const job = object('Job', { completions: 3 }, { succeeded: 1 }, 'batch/v1');
const worker = (condition: object) => object('Deployment', { replicas: 2 }, { conditions: [condition] });
const pod = (name: string, status: object, revision = 'new'): KubeObject =>
  ({ apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { 'controller-revision-hash': revision } }, status });
const ready = { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] };
const container = (state: object) => ({ phase: 'Pending', containerStatuses: [{ name: 'db', ready: false, state }] });
const unschedulable = { phase: 'Pending', conditions: [
  { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'pod has unbound immediate PersistentVolumeClaims' },
] };
const wait = (found: KubeObject, ...pods: readonly KubeObject[]) => {
  const live: Live = {
    web: null, canary: null, shared: new Map(), copies: new Map(), hpa: null, followerPods: new Map([[`${kindIdOf(found)}/db`, pods]]),
  };
  return followerWait(found, live);
};

describe('what a follower waits for', () => {
  it.each<[string, KubeObject, readonly KubeObject[], readonly [string, string]]>([
    ['a claim that is not bound', set, [pod('db-0', unschedulable)], ['Unschedulable', 'pod has unbound immediate PersistentVolumeClaims']],
    [
      'a ConfigMap that does not exist', set,
      [pod('db-0', container({ waiting: { reason: 'CreateContainerConfigError', message: 'configmap "late" not found' } }))],
      ['ConfigMissing', 'pod db-0: ConfigMap late does not exist'],
    ],
    [
      'a quota',
      worker({
        type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'pods "db-1" is forbidden: exceeded quota: small',
      }),
      [], ['QuotaExceeded', 'exceeded quota: small'],
    ],
    [
      'a readiness probe', set, [pod('db-0', ready), pod('db-1', container({ running: {} }))],
      ['NotReady', 'pod db-1 is not ready: container db runs, and its readiness probe does not succeed'],
    ],
    [
      'a container that starts', set, [pod('db-1', container({ waiting: { reason: 'ContainerCreating' } }))],
      ['NotReady', 'pod db-1 is not ready: container db is in ContainerCreating'],
    ],
    [
      'a pod of the earlier version', set, [pod('db-0', ready), pod('db-1', container({ running: {} }), 'old')],
      ['NotReady', 'its controller waits for pod db-1 of the earlier version, which is not ready'],
    ],
    ['pods that do not exist', set, [], ['NotReady', 'no pod of the new version exists']],
    ['pods that are not replaced', set, [pod('db-1', ready)], ['NotReady', 'its controller has not replaced all pods']],
    ['a Job that runs', job, [pod('db-x', ready), pod('db-y', { phase: 'Succeeded' })], ['NotComplete', 'its pods run']],
  ])('is named: %s', (_, found, pods, [cause, detail]) => {
    expect(wait(found, ...pods).waits).toEqual({ cause, detail });
  });

  it('comes with its name and with how many of how many pods are ready, or have completed', () => {
    expect(wait(set, pod('db-0', ready), pod('db-1', unschedulable)))
      .toMatchObject({ object: { kind: 'StatefulSet', name: 'db' }, desired: 2, ready: 1 });
    expect(wait(job)).toMatchObject({ desired: 3, ready: 1 });
    const daemons = object('DaemonSet', {}, { desiredNumberScheduled: 4, updatedNumberScheduled: 1 });
    expect(wait(daemons, pod('a', ready))).toMatchObject({ desired: 4, ready: 1 });
  });

  it('is cut to 300 characters, and an object of which only the outline is known is no error', () => {
    const message = 'x'.repeat(400);
    const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message };
    const long = pod('db-0', { phase: 'Pending', conditions: [condition] });
    expect(wait(set, long).waits!.detail).toHaveLength(300);
    const { status: _status, spec: _spec, ...outline } = worker({});
    expect(wait(outline as KubeObject).waits).toMatchObject({ cause: 'NotReady' });
  });
});
