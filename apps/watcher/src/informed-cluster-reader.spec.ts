import { SharedInformers, TrafficInformers, type Cluster, type Watching, type WatchEvent } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import { informedClusterReader } from './informed-cluster-reader';

const owned = (kind: string, name: string, owner: string): KubeObject => ({
  apiVersion: 'v1', kind,
  metadata: { name, namespace: 'shop', uid: name, ownerReferences: [{ kind: 'ReplicaSet', name: owner, uid: owner, controller: true }] },
} as unknown as KubeObject);
const alloys = { 'alloy.dev/project': 'shop', 'alloy.dev/track': 'baseline' };
const deployment = (name: string, labels: Readonly<Record<string, string>> = {}): KubeObject => ({
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'shop', uid: name, labels }, spec: { selector: {} },
} as unknown as KubeObject);

/** A reader on watches that return the lists of the test. `labels`: of what it reads live. */
function world(lists: Readonly<Record<string, readonly KubeObject[]>>, labels: Readonly<Record<string, string>> = {}) {
  const listed = new Map<string, (event: WatchEvent) => void>();
  const watching: Pick<Cluster, 'watch'> = {
    watch: ({ kind }, onEvent): Watching => {
      const objects = new Map((lists[kind] ?? []).map((object) => [`shop/${object.metadata.name}`, object]));
      listed.set(kind, onEvent);
      return { objects, synced: Promise.resolve(), failure: undefined, retry: () => undefined, stop: () => undefined };
    },
  };
  const informers = new SharedInformers(watching);
  const routers = new TrafficInformers({ cluster: watching, onChange: () => undefined, onFailure: () => undefined });
  const gets: string[] = [];
  const cluster = { get: async ({ name }: { name: string }) => (gets.push(name), deployment(name, labels)) } as unknown as Cluster;
  const reader = informedClusterReader(cluster, informers, routers, () => undefined);
  reader.follow('shop', 'R1');
  const list = () => listed.forEach((onEvent, kind) => onEvent({ type: 'synced', objects: lists[kind] ?? [] }));
  return { reader, list, gets };
}

describe('informedClusterReader', () => {
  it('returns both Deployments with the pods of their ReplicaSets once all kinds were listed, without a live read', async () => {
    const { reader, list, gets } = world({
      Deployment: [deployment('web'), deployment('web-canary'), deployment('other')],
      ReplicaSet: [
        owned('ReplicaSet', 'web-1', 'web'),
        owned('ReplicaSet', 'web-2', 'web'),
        owned('ReplicaSet', 'web-canary-1', 'web-canary'),
        owned('ReplicaSet', 'other-1', 'other'),
      ],
      Pod: [owned('Pod', 'a', 'web-1'), owned('Pod', 'b', 'web-2'), owned('Pod', 'c', 'web-canary-1'), owned('Pod', 'd', 'other-1')],
    });
    const reading = reader.workloads('shop', 'web');
    list();
    const { stable, canary } = await reading;
    const names = ({ pods }: { pods: readonly KubeObject[] }) => pods.map(({ metadata }) => metadata.name);
    expect([stable.deployment?.metadata.name, names(stable), canary.deployment?.metadata.name, names(canary)]).toEqual([
      'web', ['a', 'b'], 'web-canary', ['c'],
    ]);
    expect(gets).toEqual([]);
  });

  it.each([
    ['of Alloy', alloys, ['b']], ['of a user', { app: 'web' }, undefined],
  ])('returns a Deployment with the name of the baseline that is %s: %j %j', async (_whose, labels, pods) => {
    const baseline = deployment('web-baseline');
    const { reader, list } = world({
      Deployment: [deployment('web'), { ...baseline, metadata: { ...baseline.metadata, labels } }],
      ReplicaSet: [owned('ReplicaSet', 'web-baseline-1', 'web-baseline')], Pod: [owned('Pod', 'b', 'web-baseline-1')],
    });
    const reading = reader.workloads('shop', 'web');
    list();
    expect((await reading).baseline?.pods.map(({ metadata }) => metadata.name)).toEqual(pods);
  });

  it('returns an empty view of a Deployment that does not exist', async () => {
    const { reader, list } = world({});
    list();
    expect(await reader.workloads('shop', 'web')).toEqual({
      stable: { deployment: undefined, pods: [] }, canary: { deployment: undefined, pods: [] },
    });
  });

  it.each([['of Alloy', alloys, 'web-baseline'], ['of a user', { app: 'web' }, undefined]])(
    'reads the Deployments live for `deployments`, and a baseline %s: %j %j', async (_whose, labels, name) => {
      const { reader, gets } = world({}, labels);
      const { stable, canary, baseline } = await reader.deployments('shop', 'web');
      expect([stable?.metadata.name, canary?.metadata.name, baseline?.metadata.name]).toEqual(['web', 'web-canary', name]);
      expect(gets).toEqual(['web', 'web-canary', 'web-baseline']);
    });
});
