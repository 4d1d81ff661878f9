import type { Change } from './change-log';
import type { PlaygroundObject } from './objects';
import { Store } from './store';

const clock = (): Date => new Date('2026-01-02T03:04:05.678Z');
const newStore = (history?: number): Store => new Store({ seed: 7, clock, history });
const config = (name: string, data: Record<string, string> = {}): PlaygroundObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'shop' },
  data,
});
const deployment = (replicas: number): PlaygroundObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { replicas },
});
const pod = (nodeName?: string): PlaygroundObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', namespace: 'shop' },
  spec: { nodeName, terminationGracePeriodSeconds: 5 },
});
const ref = { resource: 'configmaps', namespace: 'shop', name: 'a' };
const codeOf = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('Store', () => {
  it('sets metadata of created objects, and returns frozen objects', () => {
    const { metadata } = newStore().create(deployment(1));
    expect(metadata).toMatchObject({
      resourceVersion: '1', generation: 1, creationTimestamp: '2026-01-02T03:04:05Z',
      uid: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/) as string,
    });
    expect(Object.isFrozen(metadata)).toBe(true);
  });

  it('generates reproducible ids by seed, and a new name for each generateName', () => {
    const names = (store: Store): string[] =>
      [1, 2].map(() => store.create({ ...config(''), metadata: { generateName: 'web-', namespace: 'shop' } }).metadata.name);
    expect(names(newStore())).toEqual(names(newStore()));
    expect(new Set(names(newStore())).size).toBe(2);
  });

  it('refuses a duplicate name, a missing object, a stale version and another uid', () => {
    const store = newStore();
    const made = store.create(config('a'));
    expect(codeOf(() => store.create(config('a')))).toBe('already_exists');
    expect(codeOf(() => store.update(config('b')))).toBe('not_found');
    expect(codeOf(() => store.update(config('a', { x: '1' }), { expectedResourceVersion: '99' }))).toBe('conflict');
    expect(codeOf(() => store.delete(ref, { uid: 'other' }))).toBe('uid_mismatch');
    expect(codeOf(() => store.delete(ref, { resourceVersion: '99' }))).toBe('conflict');
    expect(store.get(ref)).toBe(made);
  });

  it('increments the generation only for spec changes, and nothing without a change', () => {
    const store = newStore();
    const made = store.create(deployment(1));
    expect(store.update(made)).toBe(made);
    expect(store.update({ ...made, metadata: { ...made.metadata, labels: { a: 'b' } } }).metadata).toMatchObject({
      generation: 1,
      resourceVersion: '2',
    });
    expect(store.update({ ...made, status: { replicas: 1 } }, { subresource: 'status' })).toMatchObject({
      metadata: { generation: 1, labels: { a: 'b' } },
      status: { replicas: 1 },
    });
    expect(store.update({ ...made, spec: { replicas: 2 }, status: { replicas: 9 } })).toMatchObject({
      metadata: { generation: 2 },
      status: { replicas: 1 },
    });
  });

  it('keeps an object until its last finalizer is removed', () => {
    const store = newStore();
    store.create({ ...config('a'), metadata: { name: 'a', namespace: 'shop', finalizers: ['x/y'] } });
    const { object, gone } = store.delete(ref, { propagation: 'Foreground' });
    expect(gone).toBe(false);
    expect(object.metadata).toMatchObject({ deletionTimestamp: '2026-01-02T03:04:05Z', finalizers: ['x/y', 'foregroundDeletion'] });
    store.update({ ...object, metadata: { ...object.metadata, finalizers: ['x/y'] } });
    expect(store.get(ref)).toBeDefined();
    store.update({ ...object, metadata: { ...object.metadata, finalizers: [] } });
    expect(store.get(ref)).toBeUndefined();
  });

  it('gives a pod on a node a grace period, which may only shrink, and a pod without a node none', () => {
    const store = newStore();
    const podRef = { resource: 'pods', namespace: 'shop', name: 'p' };
    store.create(pod('n'));
    expect(store.delete(podRef).object.metadata).toMatchObject({
      deletionTimestamp: '2026-01-02T03:04:10Z',
      deletionGracePeriodSeconds: 5,
    });
    expect(store.delete(podRef, { gracePeriodSeconds: 60 }).object.metadata.deletionGracePeriodSeconds).toBe(5);
    expect(store.delete(podRef, { gracePeriodSeconds: 1 }).object.metadata.deletionGracePeriodSeconds).toBe(1);
    expect(store.delete(podRef, { gracePeriodSeconds: 0 }).gone).toBe(true);
    store.create(pod());
    expect(store.delete(podRef).gone).toBe(true);
  });

  it('replays changes after a version, then delivers new ones; an unavailable version is refused', () => {
    const store = newStore(3);
    const first = store.create(config('a'));
    store.update({ ...first, data: { x: '1' } });
    const seen: string[] = [];
    const stop = store.watch('configmaps', ({ type, resourceVersion }) => seen.push(`${type} ${resourceVersion}`), { since: 1 });
    store.delete(ref);
    store.create(deployment(1));
    stop();
    store.create(config('b'));
    expect(seen).toEqual(['MODIFIED 2', 'DELETED 3']);
    expect(codeOf(() => store.watch(undefined, () => undefined, { since: 1 }))).toBe('expired');
    expect(() => store.watch(undefined, () => undefined, { since: 2 })).not.toThrow();
  });

  it('delivers changes to all listeners in the same order, also if one of them writes', () => {
    const store = newStore();
    const [first, second]: [number[], number[]] = [[], []];
    store.watch(undefined, ({ resourceVersion, type }: Change) => {
      first.push(resourceVersion);
      if (type === 'ADDED' && resourceVersion === 1) store.create(config('b'));
    });
    store.watch(undefined, ({ resourceVersion }) => second.push(resourceVersion));
    store.create(config('a'));
    expect([first, second]).toEqual([[1, 2], [1, 2]]);
  });

  it('continues from a snapshot without using a version, uid or name twice', () => {
    const store = newStore();
    const before = store.create(config('a'));
    const snapshot = JSON.parse(JSON.stringify(store.snapshot())) as ReturnType<Store['snapshot']>;
    const restored = newStore();
    restored.restore(snapshot);
    expect(restored.get(ref)).toEqual(before);
    const next = restored.create(config('b'));
    expect(next.metadata.resourceVersion).toBe('2');
    expect(next.metadata.uid).not.toBe(before.metadata.uid);
    expect(codeOf(() => restored.watch(undefined, () => undefined, { since: 0 }))).toBe('expired');
  });
});
