import type { Cluster, ObjectRef, Query } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import { liveClusterReader } from './live-cluster-reader';

const owned = (kind: string, name: string, app: string, owner: string): KubeObject => ({
  apiVersion: 'v1', kind, metadata: { name, uid: name, labels: { app }, ownerReferences: [{ apiVersion: 'apps/v1', kind: 'any', name: owner, uid: owner, controller: true }] },
} as unknown as KubeObject);

/** One Deployment, whose selector is the test's, and what each selector finds. */
function world() {
  const selected = { app: 'web' };
  const asked: string[] = [];
  const cluster = {
    get: async ({ name }: ObjectRef) => {
      asked.push(name);
      return name === 'web' ? { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, uid: name }, spec: { selector: { matchLabels: { ...selected } } } } : undefined;
    },
    list: async ({ kind, labels }: Query) => {
      asked.push(`${kind} ${labels}`);
      return kind === 'ReplicaSet' ? [owned(kind, `set of ${labels}`, '', 'web')] : [owned(kind, `pod of ${labels}`, '', `set of ${labels}`)];
    },
  } as unknown as Cluster;
  const reader = liveClusterReader(cluster);
  const pods = async () => {
    asked.length = 0;
    return (await reader.workloads('shop', 'web')).stable.pods.map(({ metadata }) => metadata.name);
  };
  return { selected, asked, pods };
}

describe('liveClusterReader', () => {
  it('asks for everything at once, and again for what another selector finds', async () => {
    const { selected, asked, pods } = world();
    const everything = ['web', 'web-canary', 'ReplicaSet app=web', 'Pod app=web'];
    for (let i = 0; i < 2; i++) {
      expect(await pods()).toEqual(['pod of app=web']);
      expect(asked).toEqual(everything);
    }
    selected.app = 'shop';
    expect(await pods()).toEqual(['pod of app=shop']);
    expect(asked).toEqual([...everything, 'ReplicaSet app=shop', 'Pod app=shop']);
    expect(await pods()).toEqual(['pod of app=shop']);
    expect(asked).toHaveLength(4);
  });
});
