import type { KubeObject } from '@alloy/contracts';
import type { Query, Watching, WatchEvent } from '../ports';
import { SharedInformers, type SharedInformersOptions, type WorkloadChange } from './shared-informers';

const object = (
  kind: string,
  name: string,
  {
    owner,
    version = '1',
    namespace = 'shop',
  }: { owner?: readonly [kind: string, name: string]; version?: string; namespace?: string } = {},
): KubeObject =>
  ({
    apiVersion: 'v1',
    kind,
    spec: { selector: {}, template: { spec: { containers: [] } } },
    metadata: {
      name,
      namespace,
      uid: `uid-${name}`,
      resourceVersion: version,
      ...(owner && { ownerReferences: [{ kind: owner[0], name: owner[1], uid: `uid-${owner[1]}`, controller: true }] }),
    },
  }) as unknown as KubeObject;
const web = object('Deployment', 'web');
const set = object('ReplicaSet', 'web-1', { owner: ['Deployment', 'web'] });
const pod = object('Pod', 'web-1-a', { owner: ['ReplicaSet', 'web-1'] });

/** Informers with watches that the test controls. */
function world(options: SharedInformersOptions = {}) {
  const watches = new Map<
    string,
    { readonly onEvent: (event: WatchEvent) => void; readonly objects: Map<string, KubeObject>; readonly query: Query; failure: unknown }
  >();
  let starts = 0;
  const informers = new SharedInformers({
    watch: (query, onEvent): Watching => {
      starts += 1;
      const watch = { onEvent, objects: new Map<string, KubeObject>(), query, failure: undefined };
      watches.set(query.kind, watch);
      return Object.assign(watch, {
        synced: Promise.resolve(),
        retry: () => undefined,
        stop: () => void (watches.get(query.kind) === watch && watches.delete(query.kind)),
      });
    },
  }, options);
  const changes: WorkloadChange[] = [];
  informers.onChange((change) => changes.push(change));
  const put = (stored: KubeObject, type: 'added' | 'modified' = 'modified') => {
    const watch = watches.get(stored.kind)!;
    watch.objects.set(`${stored.metadata.namespace}/${stored.metadata.name}`, stored);
    watch.onEvent({ type, object: stored });
  };
  const sync = () => watches.forEach(({ onEvent, objects }) => onEvent({ type: 'synced', objects: [...objects.values()] }));
  return { informers, watches, changes, put, sync, starts: () => starts };
}

describe('shared informers', () => {
  afterEach(() => void jest.useRealTimers());

  it('watch Deployments, ReplicaSets and pods once for all followers, and never Secrets or ConfigMaps', () => {
    const { informers, watches, starts } = world();
    for (const follower of ['R1', 'R2', 'R1']) informers.follow('shop', follower);
    informers.follow('blog', 'R3');
    expect([[...watches.keys()], starts()]).toEqual([['Deployment', 'ReplicaSet', 'Pod'], 3]);
  });

  it('follow only the Deployments of workloads without a release, with one watch in all', () => {
    const { informers, watches, starts, put, sync, changes } = world();
    for (let i = 0; i < 1_000; i += 1) informers.followDeployments(`shop-${i}`, `place-${i}`);
    expect([[...watches.keys()], starts()]).toEqual([['Deployment'], 1]);
    expect(informers.deployment('shop-1', 'web')).toBeUndefined();
    sync();
    expect(informers.deployment('shop-1', 'web')).toBeNull();
    put(object('Deployment', 'web', { namespace: 'shop-1' }));
    expect(informers.deployment('shop-1', 'web')?.metadata).toMatchObject({ name: 'web' });
    expect(changes.filter(({ namespace }) => namespace !== undefined)).toEqual([]);
    for (let i = 0; i < 1_000; i += 1) informers.unfollowDeployments(`shop-${i}`, `place-${i}`);
    expect([...watches.keys()]).toEqual([]);
  });

  it('follow the Deployments of a namespace further after its last release has ended', () => {
    jest.useFakeTimers();
    const { informers, watches, starts } = world({ lingerMs: 1_000 });
    informers.followDeployments('shop', 'place');
    informers.follow('shop', 'R1');
    informers.unfollow('shop', 'R1');
    jest.advanceTimersByTime(2_000);
    expect([[...watches.keys()], starts()]).toEqual([['Deployment'], 3]);
    informers.unfollowDeployments('shop', 'place');
    expect([...watches.keys()]).toEqual([]);
  });

  it('follow autoscalers if configured, and report the Deployment that an autoscaler scales', () => {
    const { informers, changes, put } = world({ autoscalers: true });
    informers.follow('shop', 'R1');
    expect(informers.autoscalersIn('shop')).toEqual([]);
    const hpa = {
      ...object('HorizontalPodAutoscaler', 'cpu'),
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' } },
    } as unknown as KubeObject;
    put(hpa);
    put(object('HorizontalPodAutoscaler', 'cpu', { namespace: 'blog' }));
    expect([informers.autoscalersIn('shop'), changes.map(({ deployment }) => deployment)]).toEqual([[hpa], ['web']]);
    expect(world().informers.autoscalersIn('shop')).toBeUndefined();
  });

  it('continue for 10 minutes after the last follower has left, so that the next release needs no new lists', () => {
    jest.useFakeTimers();
    const { informers, watches, starts } = world();
    informers.follow('shop', 'R1');
    informers.unfollow('shop', 'R1');
    jest.advanceTimersByTime(9 * 60_000);
    informers.follow('shop', 'R2');
    jest.advanceTimersByTime(60 * 60_000);
    expect([watches.size, starts()]).toEqual([3, 3]);
    informers.unfollow('shop', 'R2');
    jest.advanceTimersByTime(10 * 60_000);
    expect(watches.size).toBe(0);
  });

  it('return a workload with the ReplicaSets and pods that it owns once each kind has been listed', () => {
    const { informers, put, sync } = world();
    informers.follow('shop', 'R1');
    for (const stored of [web, set, pod, object('Pod', 'other', { owner: ['ReplicaSet', 'other-1'] })]) put(stored, 'added');
    expect(informers.isSynced('shop')).toBe(false);
    sync();
    expect(informers.isSynced('shop')).toBe(true);
    expect(informers.workload('shop', 'web')).toEqual({ deployment: web, replicaSets: [set], pods: [pod] });
    expect(informers.workload('shop', 'web-canary')).toBeUndefined();
    expect(informers.replicaSet('shop', 'web-1')).toEqual(set);
  });

  it('report the Deployment that a changed object is or belongs to, in followed namespaces only', () => {
    const { informers, changes, put } = world();
    informers.follow('shop', 'R1');
    for (const stored of [web, set, pod]) put(stored);
    put(object('Deployment', 'web', { namespace: 'blog' }));
    expect(changes.map(({ namespace, deployment, kind }) => [namespace, deployment, kind])).toEqual([
      ['shop', 'web', 'Deployment'],
      ['shop', 'web', 'ReplicaSet'],
      ['shop', 'web', 'Pod'],
    ]);
  });

  it('report no particular Deployment for a pod of an unknown ReplicaSet, and no particular namespace for a new list', () => {
    const { informers, changes, put, sync } = world();
    informers.follow('shop', 'R1');
    put(pod);
    sync();
    expect(changes.map(({ namespace, deployment }) => [namespace, deployment])).toEqual([
      ['shop', undefined],
      ...Array(3).fill([undefined, undefined]),
    ]);
  });

  it('restart if they have been behind a live read for 3 s', () => {
    const { informers, put, sync, starts } = world();
    informers.follow('shop', 'R1');
    put(web);
    sync();
    const live = object('Deployment', 'web', { version: '2' });
    expect([informers.compare(live, 0), informers.compare(live, 2_999), starts()]).toEqual([false, false, 3]);
    expect([informers.compare(live, 3_000), starts()]).toEqual([true, 6]);
  });

  it('do not restart if they report the version of the live read, or a later one, within 3 s', () => {
    const { informers, put, sync, starts } = world();
    informers.follow('shop', 'R1');
    put(web);
    sync();
    informers.compare(object('Deployment', 'web', { version: '2' }), 0);
    put(object('Deployment', 'web', { version: '3' }));
    expect(informers.compare(object('Deployment', 'web', { version: '4' }), 2_999)).toBe(false);
    expect([informers.compare(object('Deployment', 'web', { version: '4' }), 5_998), starts()]).toEqual([false, 3]);
  });

  it('return the failure of a kind that cannot be followed', () => {
    const { informers, watches } = world();
    informers.follow('shop', 'R1');
    expect(informers.failure('shop')).toBeUndefined();
    const failure = new Error('ECONNREFUSED');
    watches.get('Pod')!.failure = failure;
    expect(informers.failure('shop')).toBe(failure);
  });
});
