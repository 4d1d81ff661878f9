import { ClusterError, REVISION, type Deployment } from '@alloy/cluster';
import { RELEASE_LABEL, type KubeObject } from '@alloy/contracts';
import { VersionConflict } from '@alloy/event-store';
import type { IdleStable } from '@alloy/ledger';
import type { EventOf, ReleaseEvent } from '@alloy/release';
import { MAX_RECORDED } from './stable-finding';
import { StableWatch, type StableWatchDeps } from './stable-watch';

const owner = [{ kind: 'Deployment', name: 'web', uid: 'u', controller: true }];
const setOf = (name: string, { tag, revision }: { readonly tag: string; readonly revision: number }): KubeObject =>
  ({
    apiVersion: 'apps/v1', kind: 'ReplicaSet',
    metadata: { name: `web-${name}`, annotations: { [REVISION]: String(revision) }, ownerReferences: owner },
    spec: { template: { metadata: { labels: { [RELEASE_LABEL]: tag } }, spec: { containers: [{ name: 'web', image: `r/web:${tag}` }] } } },
  }) as unknown as KubeObject;

/** One stable version v2 that R2 promoted as revision 2, its log, its cluster, and any number of watchers. */
function world({ drifts = 0 } = {}) {
  const clock = { ms: 0 };
  const is = { idle: true, tag: 'v2', revision: 2, gone: false, reachable: true };
  const appended: ReleaseEvent[] = [];
  const promoted = { by: 'R2', tag: 'v2', template: { uid: 'u', revision: '2', replicaSet: 'web-v2' } };
  const hooks = { duringRead: () => {} };
  const seen = { reads: 0, lists: 0, followed: [] as string[] };
  const sets = new Map([['v1', { tag: 'v1', revision: 1 }], ['v2', { tag: 'v2', revision: 2 }]]);
  const deployment = () =>
    ({
      kind: 'Deployment', metadata: { name: 'web', uid: 'u', generation: 1, annotations: { [REVISION]: String(is.revision) } },
      spec: { selector: {}, template: {} }, status: { observedGeneration: 1 },
    }) as unknown as Deployment;
  const row = (): IdleStable => {
    const last = appended.at(-1);
    return {
      project: 'shop', environment: 'production', recordedBy: promoted.by, version: 9 + appended.length,
      releaseId: promoted.tag, image: 'r/web', imageTag: promoted.tag,
      target: { cluster: 'default', namespace: 'shop', workload: 'web' }, templates: [promoted.template],
      drift: last?.type === 'StableDrifted' ? { ...last.data, at: '2026-01-01T00:00:00Z' } : null,
      drifts: drifts + appended.filter(({ type }) => type === 'StableDrifted').length,
    };
  };
  const deps: StableWatchDeps = {
    stable: { idle: async () => ((seen.lists += 1), is.idle ? [row()] : []) },
    log: {
      append: async (_key, events, { expected }) => {
        if (expected !== row().version) throw new VersionConflict('release-R2', Number(expected), row().version);
        appended.push(...events);
        return [];
      },
    },
    informers: {
      followDeployments: (namespace) => void seen.followed.push(namespace),
      unfollowDeployments: (namespace) => void seen.followed.push(`not ${namespace}`),
      deployment: () => (is.gone ? null : deployment()),
    },
    read: async () => {
      seen.reads += 1;
      if (!is.reachable) throw new ClusterError('unreachable', 'GET: ECONNREFUSED');
      const replicaSets = [...sets].map(([name, set]) => setOf(name, set));
      hooks.duringRead();
      return is.gone ? { deployment: undefined, replicaSets: [] } : { deployment: deployment(), replicaSets };
    },
    isMine: () => true, onError: () => undefined, now: () => clock.ms,
  };
  /** Someone makes another version run. */
  const runs = (tag: string, name = tag): void => {
    is.revision = Math.max(...[...sets.values()].map(({ revision }) => revision)) + 1;
    sets.set(name, { tag, revision: is.revision });
  };
  const watcher = () => new StableWatch(deps);
  const turns = async (watches: readonly StableWatch[], count = 5): Promise<void> => {
    for (let i = 0; i < count; i += 1) {
      clock.ms += 500;
      await Promise.all(watches.map((watch) => watch.check()));
    }
  };
  const types = () => appended.map(({ type }) => type);
  return { clock, is, promoted, hooks, seen, appended, runs, watcher, turns, types };
}

describe('StableWatch', () => {
  it('reads nothing from the cluster while the promoted version runs, and the list once a minute', async () => {
    const { watcher, turns, seen, types } = world();
    await turns([watcher()], 240);
    expect([seen.reads, seen.lists, types()]).toEqual([0, 2, []]);
    expect(new Set(seen.followed)).toEqual(new Set(['shop']));
  });

  it('records each change once, and that it was undone', async () => {
    const { watcher, turns, runs, appended, types, seen } = world();
    const watch = watcher();
    for (const tag of ['v1', 'v2', 'v3', 'v1']) {
      runs(tag);
      await turns([watch], 20);
    }
    expect(types()).toEqual(['StableDrifted', 'StableRestored', 'StableDrifted', 'StableDrifted']);
    expect((appended[0] as EventOf<'StableDrifted'>).data).toMatchObject({
      target: { workload: 'web' }, live: { release: 'v1', image: 'r/web:v1' }, template: { replicaSet: 'web-v1' },
    });
    expect(seen.reads).toBe(4);
  });

  it('records one change if two watchers find it at once, and none again after a restart of the watcher', async () => {
    const { watcher, turns, runs, types } = world();
    runs('v1');
    await turns([watcher(), watcher()], 20);
    await turns([watcher()], 20);
    expect(types()).toEqual(['StableDrifted']);
  });

  it('does not record a restart, neither of the promoted version nor of a change that is recorded', async () => {
    const { watcher, turns, runs, types, seen } = world();
    const watch = watcher();
    for (const [tag, name] of [['v2', 'v2-restarted'], ['v1', 'v1'], ['v1', 'v1-restarted']]) {
      runs(tag!, name);
      await turns([watch], 20);
    }
    expect([types(), seen.reads]).toEqual([['StableDrifted'], 3]);
  });

  it('records a change that was made while no watcher ran', async () => {
    const { watcher, turns, runs, types } = world();
    runs('v1');
    await turns([watcher()]);
    expect(types()).toEqual(['StableDrifted']);
  });

  it('records a deletion', async () => {
    const { watcher, turns, is, appended } = world();
    is.gone = true;
    await turns([watcher()]);
    expect(appended).toMatchObject([{ type: 'StableDrifted', data: { live: null, template: null } }]);
  });

  it('records nothing that lasts less than a second, and nothing while a release runs that its list does not show yet', async () => {
    const { watcher, turns, runs, is, types } = world();
    const watch = watcher();
    await turns([watch]);
    runs('v3');
    await turns([watch], 2);
    is.revision = 2;
    await turns([watch], 5);
    is.idle = false;
    runs('v3');
    await turns([watch], 20);
    expect(types()).toEqual([]);
  });

  it('records nothing if a release has started and ended during the live read', async () => {
    const { watcher, turns, runs, promoted, hooks, types } = world();
    runs('v1');
    const template = { uid: 'u', revision: '3', replicaSet: 'web-v1' };
    hooks.duringRead = () => void Object.assign(promoted, { by: 'R3', tag: 'v1', template });
    await turns([watcher()], 20);
    expect(types()).toEqual([]);
  });

  it('retries after 30 s if the cluster cannot be read, and records the change then', async () => {
    const { watcher, turns, runs, is, seen, types } = world();
    const watch = watcher();
    runs('v1');
    is.reachable = false;
    await turns([watch], 60);
    expect([seen.reads, types()]).toEqual([1, []]);
    is.reachable = true;
    await turns([watch], 10);
    expect(types()).toEqual(['StableDrifted']);
  });

  it('stops to record after 50 changes, if another controller keeps changing the workload', async () => {
    const { watcher, turns, runs, types } = world({ drifts: MAX_RECORDED });
    runs('v1');
    await turns([watcher()]);
    expect(types()).toEqual([]);
  });

  it('stops to follow a workload ten minutes after a release has started there', async () => {
    const { watcher, turns, is, clock, seen } = world();
    const watch = watcher();
    await turns([watch], 1);
    is.idle = false;
    for (const minutes of [2, 5, 11, 1]) {
      clock.ms += minutes * 60_000;
      await turns([watch], 1);
    }
    expect(seen.followed).toEqual(['shop', 'not shop']);
  });
});
