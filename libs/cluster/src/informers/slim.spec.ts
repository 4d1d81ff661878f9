import type { KubeObject } from '@alloy/contracts';
import { slimDeployment, slimPod, slimReplicaSet } from './slim';

const metadata = {
  name: 'web',
  namespace: 'shop',
  uid: 'u',
  resourceVersion: '7',
  generation: 3,
  labels: { app: 'web', 'alloy.dev/project': 'shop' },
  annotations: {
    'prometheus.io/port': '9090',
    'alloy.dev/fence': 'alloy/1/1',
    'kubectl.kubernetes.io/last-applied-configuration': 's3cret',
  },
  managedFields: [{ manager: 'kubectl' }],
  ownerReferences: [{ kind: 'ReplicaSet', name: 'web-1', uid: 'o', controller: true }],
  deletionTimestamp: '2026-01-01T00:00:00Z',
  finalizers: ['x'],
};
const kept = {
  name: 'web',
  namespace: 'shop',
  uid: 'u',
  resourceVersion: '7',
  generation: 3,
  labels: metadata.labels,
  annotations: { 'prometheus.io/port': '9090', 'alloy.dev/fence': 'alloy/1/1' },
  ownerReferences: metadata.ownerReferences,
  deletionTimestamp: '2026-01-01T00:00:00Z',
};
const container = { name: 'web', image: 'shop:v1', env: [{ name: 'PASSWORD', value: 's3cret' }], ports: [{ containerPort: 8080 }] };

describe('the objects that the watches keep', () => {
  it('contain of a pod its metadata, its status and the ports of its containers', () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: { containers: [container], volumes: [{ name: 's3cret' }], terminationGracePeriodSeconds: 30 },
      status: { phase: 'Running' },
    } as unknown as KubeObject;
    expect(slimPod(pod)).toEqual({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: kept,
      spec: { containers: [{ name: 'web', ports: [{ containerPort: 8080 }] }], terminationGracePeriodSeconds: 30 },
      status: { phase: 'Running' },
    });
  });

  it('contain of a ReplicaSet its metadata, its number of pods and its status', () => {
    const set = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata,
      spec: { replicas: 2, template: { spec: { containers: [container] } } },
      status: { replicas: 2 },
    } as unknown as KubeObject;
    expect(slimReplicaSet(set)).toEqual({
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: kept,
      spec: { replicas: 2 },
      status: { replicas: 2 },
    });
  });

  it('contain of a Deployment no containers, and the managed fields only if it has the project label of Alloy', () => {
    const spec = {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      strategy: { type: 'Recreate' },
      minReadySeconds: 5,
      paused: true,
      template: {
        metadata: { labels: { app: 'web' }, annotations: { a: 'b' } },
        spec: { containers: [container], terminationGracePeriodSeconds: 5 },
      },
    };
    const deployment = (labels: object) =>
      ({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { ...metadata, labels },
        spec,
        status: { readyReplicas: 2 },
      }) as unknown as KubeObject;
    const slim = {
      ...spec,
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [], terminationGracePeriodSeconds: 5 } },
    };
    expect(slimDeployment(deployment(metadata.labels))).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...kept, managedFields: metadata.managedFields },
      spec: slim,
      status: { readyReplicas: 2 },
    });
    expect(slimDeployment(deployment({ app: 'web' })).metadata).toEqual({ ...kept, labels: { app: 'web' } });
    expect(JSON.stringify(slimDeployment(deployment(metadata.labels)))).not.toContain('s3cret');
  });
});
