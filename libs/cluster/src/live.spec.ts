import type { KubeObject } from '@alloy/contracts';
import type { Deployment } from './kube-types';
import { summarise } from './live';

const owner = (kind: string, uid: string) => [{ apiVersion: 'apps/v1', kind, name: uid, uid, controller: true }];
const web = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', uid: 'web' }, spec: { replicas: 2, template: { metadata: {}, spec: {} } } } as unknown as Deployment;
const replicaSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', metadata: { name: 'web-1', uid: 'web-1', ownerReferences: owner('Deployment', 'web') } } as unknown as KubeObject;
const pod = (name: string, { phase = 'Running', deleted = false, ready = true } = {}): KubeObject => ({
  apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { 'alloy.dev/release': 'R1' }, ownerReferences: owner('ReplicaSet', 'web-1'), ...(deleted ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}) },
  status: { phase, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
}) as unknown as KubeObject;

describe('summarise', () => {
  it('counts no pod that has finished, whatever its last condition says, and none that is being deleted', () => {
    const pods = [pod('a'), pod('b', { ready: false }), pod('evicted', { phase: 'Failed' }), pod('completed', { phase: 'Succeeded' }), pod('leaving', { deleted: true })];
    expect(summarise(web, [replicaSet], pods)).toMatchObject({ pods: 2, ready: 1, draining: 1, byRelease: [{ release: 'R1', pods: 2, ready: 1 }] });
  });

  it('counts only pods of its own ReplicaSets', () => {
    expect(summarise(web, [], [pod('a')])).toMatchObject({ pods: 0, ready: 0, byRelease: [] });
  });
});
