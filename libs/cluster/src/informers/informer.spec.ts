import type { KubeObject } from '@alloy/contracts';
import { ClusterError } from '../errors';
import type { Query, Watching, WatchEvent, WatchOptions } from '../ports';
import { Informer } from './informer';

interface Open {
  readonly query: Query;
  readonly onEvent: (event: WatchEvent) => void;
  readonly options: WatchOptions;
  readonly watching: { objects: Map<string, KubeObject>; failure: unknown; stopped: boolean };
}

const pod = (name: string, namespace = 'shop', owner = 'set-1'): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid: name, ownerReferences: [{ kind: 'ReplicaSet', name: owner, uid: owner, controller: true }] },
  }) as unknown as KubeObject;
const forbidden = new ClusterError('forbidden', 'GET /api/v1/pods', { status: 403 });
const unreachable = new ClusterError('unreachable', 'GET /api/v1/pods: ECONNREFUSED');

/** An informer of pods with watches that the test controls. */
function world() {
  const opened: Open[] = [];
  const reported: string[] = [];
  let retries = 0;
  const informer = new Informer({
    kind: { apiVersion: 'v1', kind: 'Pod' },
    cluster: {
      watch: (query, onEvent, options = {}): Watching => {
        const watching = { objects: new Map<string, KubeObject>(), failure: undefined as unknown, stopped: false };
        opened.push({ query, onEvent, options, watching });
        return Object.assign(watching, {
          synced: Promise.resolve(),
          retry: () => void (retries += 1),
          stop: () => void (watching.stopped = true),
        });
      },
    },
    onEvent: (event, scope) => reported.push(`${event.type} ${scope ?? 'all'}`),
    onFailure: (error, scope) => reported.push(`${(error as ClusterError).code} ${scope ?? 'all'}`),
  });
  const open = () => opened.filter(({ watching }) => !watching.stopped);
  const scopes = () => open().map(({ query }) => query.namespace ?? 'all');
  const list = (at: Open, ...objects: KubeObject[]) => {
    at.watching.objects = new Map(objects.map((object) => [`${object.metadata.namespace}/${object.metadata.name}`, object]));
    at.onEvent({ type: 'synced', objects });
  };
  const fail = (at: Open, error: unknown) => {
    at.watching.failure = error;
    at.options.onFailure?.(error);
  };
  return { informer, opened, open, scopes, list, fail, reported, retries: () => retries };
}

describe('an informer', () => {
  it('has one cluster-wide watch for all namespaces, and ends it when it follows none any more', () => {
    const { informer, scopes } = world();
    informer.follow('shop');
    informer.follow('blog');
    expect(scopes()).toEqual(['all']);
    informer.unfollow('shop');
    expect(scopes()).toEqual(['all']);
    informer.unfollow('blog');
    expect(scopes()).toEqual([]);
  });

  it('has one watch per namespace after the API server has forbidden the cluster-wide list', () => {
    const { informer, open, scopes, fail } = world();
    informer.follow('shop');
    informer.follow('blog');
    fail(open()[0]!, forbidden);
    expect(scopes()).toEqual(['shop', 'blog']);
    informer.follow('mail');
    informer.unfollow('shop');
    expect(scopes()).toEqual(['blog', 'mail']);
  });

  it('is synced in a namespace once it has listed it, and finds objects by name and by owner', () => {
    const { informer, open, list } = world();
    informer.follow('shop');
    expect([informer.isSynced('shop'), informer.get('shop', 'a')]).toEqual([false, undefined]);
    list(open()[0]!, pod('a'), pod('b'), pod('c', 'shop', 'set-2'));
    expect(informer.isSynced('shop')).toBe(true);
    expect(informer.get('shop', 'a')).toEqual(pod('a'));
    expect(informer.ownedBy('set-1').map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
  });

  it('applies added, modified and deleted objects, and replaces all objects by a new list', () => {
    const { informer, open, list, reported } = world();
    informer.follow('shop');
    const [watch] = open();
    list(watch!, pod('a'));
    watch!.onEvent({ type: 'added', object: pod('b') });
    watch!.onEvent({ type: 'modified', object: { ...pod('a'), spec: 1 } as unknown as KubeObject });
    watch!.onEvent({ type: 'deleted', object: pod('b') });
    expect(informer.ownedBy('set-1')).toEqual([{ ...pod('a'), spec: 1 }]);
    list(watch!, pod('c'));
    expect(informer.ownedBy('set-1')).toEqual([pod('c')]);
    expect(reported).toEqual(['synced all', 'added all', 'modified all', 'deleted all', 'synced all']);
  });

  it('drops the objects of a namespace that it no longer follows, and keeps those of other namespaces', () => {
    const { informer, open, list, fail } = world();
    for (const namespace of ['shop', 'blog']) informer.follow(namespace);
    fail(open()[0]!, forbidden);
    const [shop, blog] = open();
    list(shop!, pod('a', 'shop'));
    list(blog!, pod('b', 'blog'));
    informer.unfollow('shop');
    expect([informer.isSynced('shop'), informer.isSynced('blog')]).toEqual([false, true]);
    expect(informer.ownedBy('set-1')).toEqual([pod('b', 'blog')]);
  });

  it('rejects whenSynced if the first list fails, and resolves it after a later list', async () => {
    const { informer, open, list, fail } = world();
    informer.follow('shop');
    const [first, second] = [informer.whenSynced('shop'), informer.whenSynced('shop')];
    fail(open()[0]!, unreachable);
    await expect(first).rejects.toBe(unreachable);
    await expect(second).rejects.toBe(unreachable);
    await expect(informer.whenSynced('shop')).rejects.toBe(unreachable);
    expect(informer.failure('shop')).toBe(unreachable);
    open()[0]!.watching.failure = undefined;
    const third = informer.whenSynced('shop');
    list(open()[0]!);
    await expect(third).resolves.toBeUndefined();
  });

  it('keeps whenSynced pending while it changes from one cluster-wide watch to one per namespace', async () => {
    const { informer, open, list, fail } = world();
    informer.follow('shop');
    const waiting = informer.whenSynced('shop');
    fail(open()[0]!, forbidden);
    list(open()[0]!);
    await expect(waiting).resolves.toBeUndefined();
    fail(open()[0]!, forbidden);
    expect(informer.failure('shop')).toBe(forbidden);
  });

  it('reports each failure with the namespace of its watch, but not that it may not list all namespaces', () => {
    const { informer, open, fail, reported } = world();
    informer.follow('shop');
    fail(open()[0]!, unreachable);
    fail(open()[0]!, forbidden);
    expect(reported).toEqual(['unreachable all']);
    fail(open()[0]!, forbidden);
    fail(open()[0]!, forbidden);
    expect(reported).toEqual(['unreachable all', 'forbidden shop', 'forbidden shop']);
  });

  it('passes retry on to its watches', () => {
    const { informer, retries } = world();
    informer.follow('shop');
    informer.retry();
    expect(retries()).toBe(1);
  });

  it('has no objects after a restart until the new list', () => {
    const { informer, open, opened, list } = world();
    informer.follow('shop');
    list(open()[0]!, pod('a'));
    informer.restart('shop');
    expect([opened.length, open().length, informer.isSynced('shop'), informer.ownedBy('set-1')]).toEqual([2, 1, false, []]);
  });

  it('ends every watch and rejects whenSynced when it is stopped', async () => {
    const { informer, scopes } = world();
    informer.follow('shop');
    const waiting = informer.whenSynced('shop');
    informer.stop();
    await expect(waiting).rejects.toMatchObject({ code: 'unreachable' });
    expect(scopes()).toEqual([]);
  });
});
