import { given, happyUntil } from '@alloy/release/testing';
import { WatchedAttempts } from './watched-attempts';
import { Watcher, type WatcherDeps } from './watcher';

const row = { releaseId: 'R2', project: 'shop', environment: 'production', version: 9 };

/** A watcher with fake parts. `done` has their calls in order. */
function world(
  { failure = undefined as unknown, workload = { namespace: 'shop', name: 'web' } as { namespace: string; name: string } | null } = {},
) {
  const done: string[] = [];
  const is = { observed: false };
  const attempts = new WatchedAttempts(() => 0);
  const observed = {
    prove: async (reason: unknown) => {
      done.push(`prove ${reason === undefined ? 'answered' : 'failed'}`);
      if (reason === undefined) attempts.watched('R2', 7, 1_000);
    },
  };
  const deps = {
    log: {
      load: async () => ({ state: given(happyUntil('analyse')).state, events: [], now: 0 }),
      listWithStatus: async () => (done.push('log'), { releases: [row], digest: '1' }),
    },
    observers: {
      reconcile: (rows: readonly unknown[]) => (done.push(`reconcile ${rows.length}`), [observed]),
      nextWorkload: () => workload ?? undefined, releaseIds: ['R2'],
      triggerKnown: (releaseId: string) => is.observed && done.push(`trigger known ${releaseId}`) > 0,
      trigger: ({ releaseId }: { releaseId: string }) => done.push(`trigger ${releaseId}`),
      stop: async () => void done.push('stop'),
    },
    routers: { stop: () => void done.push('stop watches') },
    replicas: { renew: async () => void done.push('renew'), leave: async () => void done.push('leave') },
    probe: { check: async ({ name }: { name: string }) => (done.push(`probe ${name}`), failure) },
    heartbeats: { record: async (_worker: string, beats: readonly { releaseId: string }[]) =>
      void done.push(`beats ${beats.map(({ releaseId }) => releaseId).join()}`) },
    observedPods: { confirm: async (ids: readonly string[]) => void done.push(`confirm ${ids.join()}`) },
    stableWatch: { check: async () => void done.push('compare'), releasesChanged: () => done.push('releases changed') },
    attempts,
  } as unknown as WatcherDeps;
  return { watcher: new Watcher(deps), done, is };
}

describe('Watcher', () => {
  it('compares its releases with the log, probes the API server, and then counts and records the time', async () => {
    const { watcher, done } = world();
    await watcher.tick();
    expect(done).toEqual(['renew', 'log', 'releases changed', 'reconcile 1', 'probe web', 'prove answered', 'beats R2']);
  });

  it('records no time while the API server does not answer, and does not confirm the recorded pods', async () => {
    const { watcher, done } = world({ failure: new Error('ETIMEDOUT') });
    for (let tick = 0; tick < 10; tick += 1) await watcher.tick();
    expect(done.filter((call) => call === 'prove failed')).toHaveLength(10);
    expect(done).not.toContain('beats R2');
    expect(done).not.toContain('confirm R2');
  });

  it('confirms every tenth second that the recorded pods are still observed', async () => {
    const { watcher, done } = world();
    for (let tick = 0; tick < 20; tick += 1) await watcher.tick();
    expect(done.filter((call) => call === 'confirm R2')).toHaveLength(2);
  });

  it('sends no request to the API server while it observes no release', async () => {
    const { watcher, done } = world({ workload: null });
    await watcher.tick();
    expect(done).toEqual(['renew', 'log', 'releases changed', 'reconcile 1']);
  });

  it('compares the stable versions, with a new list only after a release has started or ended', async () => {
    const { watcher, done } = world();
    for (let tick = 0; tick < 2; tick += 1) {
      await watcher.tick();
      await watcher.compareStable();
    }
    expect(done.filter((call) => call === 'compare' || call === 'releases changed')).toEqual(['releases changed', 'compare', 'compare']);
  });

  it('observes the release of a trigger if the release runs', async () => {
    const { watcher, done, is } = world();
    await watcher.trigger('R2');
    is.observed = true;
    await watcher.trigger('R2');
    expect(done).toEqual(['trigger R2', 'trigger known R2']);
  });

  it('returns its lease after it has stopped all observations', async () => {
    const { watcher, done } = world();
    await watcher.stop();
    expect(done).toEqual(['stop', 'stop watches', 'leave']);
  });
});
