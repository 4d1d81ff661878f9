import type { Cluster, Query } from '@alloy/cluster';
import { NamespaceWatches } from './namespace-watches';

describe('NamespaceWatches', () => {
  function world() {
    const open = new Map<string, () => void>();
    const changed: string[] = [];
    const cluster = {
      watch: ({ namespace }: Query, onEvent: (event: object) => void) => {
        open.set(namespace!, () => onEvent({ type: 'deleted', object: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', uid: 'u' } } }));
        return { objects: new Map(), synced: Promise.resolve(), stop: () => void open.delete(namespace!) };
      },
    } as unknown as Pick<Cluster, 'watch'>;
    return { open, changed, watches: new NamespaceWatches(cluster, (namespace) => changed.push(namespace)) };
  }

  it('tell in which namespace a pod has changed, each by itself', () => {
    const { watches, open, changed } = world();
    for (const namespace of ['shop', 'shop', 'blog']) watches.follow(namespace);
    open.get('blog')!();
    open.get('shop')!();
    expect(changed).toEqual(['blog', 'shop']);
    watches.stop();
  });

  it('end, and begin anew', () => {
    const { watches, open } = world();
    watches.follow('shop');
    watches.stop();
    expect([...open.keys()]).toEqual([]);
    watches.follow('shop');
    expect([...open.keys()]).toEqual(['shop']);
    watches.stop();
  });
});
