import type { WorkloadChange } from '@alloy/cluster';
import { WaitingReleases } from './waiting-releases';

const waiting = { kind: 'waiting', namespace: 'shop', workload: 'web', version: 7 } as const;
const change = (namespace: string | undefined, deployment: string | undefined): WorkloadChange =>
  ({ namespace, deployment, kind: 'Pod', event: { type: 'synced', objects: [] } });

/** Waiting releases whose watches and clock the test controls. */
function world() {
  const acted: string[] = [];
  const watches = { synced: true, failure: undefined as unknown, listener: (_change: WorkloadChange): void => undefined };
  const clock = { ms: 0 };
  const informers = {
    onChange: (listener: (change: WorkloadChange) => void) =>
      ((watches.listener = listener), () => void (watches.listener = () => undefined)),
    isSynced: () => watches.synced, failure: () => watches.failure,
  };
  const releases = new WaitingReleases({ informers, act: (releaseId) => acted.push(releaseId), now: () => clock.ms, random: () => 0 });
  return { releases, acted, watches, clock };
}

describe('WaitingReleases', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('triggers a release when an object of its workload, canary or baseline changes, and not when another Deployment changes', () => {
    const { releases, acted, watches } = world();
    releases.await('R1', waiting);
    for (const [namespace, deployment] of [['shop', 'other'], ['blog', 'web']] as const) watches.listener(change(namespace, deployment));
    expect(acted).toEqual([]);
    watches.listener(change('shop', 'web'));
    jest.advanceTimersByTime(1_000);
    watches.listener(change('shop', 'web-canary'));
    expect(acted).toEqual(['R1', 'R1']);
    jest.advanceTimersByTime(1_000);
    watches.listener(change('shop', 'web-baseline'));
    expect(acted).toEqual(['R1', 'R1', 'R1']);
  });

  it('triggers every release of a namespace after a change without a Deployment, and every release after one without a namespace', () => {
    const { releases, acted, watches } = world();
    releases.await('R1', waiting);
    releases.await('R2', { ...waiting, namespace: 'blog' });
    watches.listener(change('shop', undefined));
    jest.advanceTimersByTime(1_000);
    watches.listener(change(undefined, undefined));
    expect(acted).toEqual(['R1', 'R1', 'R2']);
  });

  it('triggers a release at once for the first change, and once more for all changes within 50 ms', () => {
    const { releases, acted, watches } = world();
    releases.await('R1', waiting);
    for (let i = 0; i < 5; i += 1) watches.listener(change('shop', 'web'));
    expect(acted).toHaveLength(1);
    jest.advanceTimersByTime(50);
    expect(acted).toHaveLength(2);
    jest.advanceTimersByTime(1_000);
    expect(acted).toHaveLength(2);
  });

  it('triggers a release when its waiting time has passed', () => {
    const { releases, acted } = world();
    releases.await('R1', { ...waiting, seconds: 5 });
    jest.advanceTimersByTime(4_999);
    expect(acted).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(acted).toEqual(['R1']);
  });

  it('reports a release as settled at the version that was acted on, until the resync, while the watches are synced', () => {
    const { releases, watches, clock } = world();
    expect(releases.isSettled('R1', 7)).toBe(false);
    releases.await('R1', waiting);
    expect([releases.isSettled('R1', 7), releases.isSettled('R1', 8)]).toEqual([true, false]);
    watches.synced = false;
    expect(releases.isSettled('R1', 7)).toBe(false);
    watches.synced = true;
    watches.failure = new Error('ECONNREFUSED');
    expect(releases.isSettled('R1', 7)).toBe(false);
    watches.failure = undefined;
    clock.ms = 10 * 60_000;
    expect(releases.isSettled('R1', 7)).toBe(false);
  });

  it('reports a release as not settled while the executor works on it, and triggers it again if its workload changes then', () => {
    const { releases, acted, watches } = world();
    releases.await('R1', waiting);
    releases.expect('R1', waiting);
    expect(releases.isSettled('R1', 7)).toBe(false);
    watches.listener(change('shop', 'web'));
    expect(acted).toEqual(['R1']);
  });

  it('triggers no release that is forgotten, and none after it is stopped', () => {
    const { releases, acted, watches } = world();
    releases.await('R1', { ...waiting, seconds: 5 });
    releases.await('R2', { ...waiting, seconds: 5 });
    releases.forget('R1');
    watches.listener(change('shop', 'web'));
    expect(acted).toEqual(['R2']);
    watches.listener(change('shop', 'web'));
    releases.stop();
    watches.listener(change('shop', 'web'));
    jest.advanceTimersByTime(60_000);
    expect(acted).toEqual(['R2']);
  });
});
