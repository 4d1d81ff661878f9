import { ClusterError } from '@alloy/cluster';
import type { ReleaseKey } from '@alloy/ledger';
import { eventually } from '../../../test/support/eventually';
import type { Look } from './observation';
import { Observers } from './observers';

const key = (releaseId: string): ReleaseKey => ({ releaseId, project: 'shop', environment: 'production' });

/** Lets every promise that can settle do so. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function setup(looks: (releaseId: string) => Promise<Look>, judge: (releaseId: string) => Promise<void> = async () => undefined) {
  const counts: Record<string, number> = {};
  const released: string[] = [];
  const errors: unknown[] = [];
  const observers = new Observers({
    everyMs: 60_000,
    onError: (_key, error) => errors.push(error),
    observe: ({ releaseId }) => ({
      namespace: `of-${releaseId}`,
      judge: () => judge(releaseId),
      look: () => {
        counts[releaseId] = (counts[releaseId] ?? 0) + 1;
        return looks(releaseId);
      },
      release: async () => void released.push(releaseId),
    }),
  });
  return { observers, counts, released, errors };
}

describe('Observers', () => {
  it('looks once for many wakes in a row, and once more for those that come during the look', async () => {
    const { observers, counts } = setup(async () => 'looked');
    for (let i = 0; i < 5; i++) observers.wake(key('A'));
    await settle();
    expect(counts).toEqual({ A: 2 });
    await observers.stop();
  });

  it('leaves the API server alone for as long as it asks, whatever wakes it', async () => {
    const times: number[] = [];
    const { observers } = setup(async () => {
      times.push(performance.now());
      if (times.length === 1) throw new ClusterError('too_many_requests', '429', { status: 429, retryAfterSeconds: 0.1 });
      return 'looked';
    });
    observers.wake(key('A'));
    const waking = setInterval(() => observers.wakeIn('of-A'), 5);
    await eventually(() => expect(times.length).toBeGreaterThan(2));
    clearInterval(waking);
    await observers.stop();
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(95);
  });

  it('forgets a release that has ended', async () => {
    const { observers } = setup(async () => 'ended');
    observers.wake(key('A'));
    await settle();
    expect(observers.size).toBe(0);
    await observers.stop();
  });

  it('goes on with the others while one hangs and one fails', async () => {
    let let_go: (look: Look) => void = () => undefined;
    const { observers, counts, errors } = setup((id) => {
      if (id === 'hangs') return new Promise((resolve) => (let_go = resolve));
      return id === 'fails' ? Promise.reject(new Error('unreachable')) : Promise.resolve('looked');
    });
    observers.wake(key('hangs'));
    observers.wake(key('fails'));
    observers.wake(key('A'));
    await settle();
    for (const id of ['hangs', 'fails', 'A']) observers.wakeIn(`of-${id}`);
    await settle();
    expect(counts).toEqual({ hangs: 1, fails: 2, A: 2 });
    expect(errors).toHaveLength(2);
    let_go('looked');
    await observers.stop();
  });

  it('looks only at what runs where something has changed', async () => {
    const { observers, counts } = setup(async () => 'looked');
    for (const id of ['A', 'B']) observers.wake(key(id));
    await settle();
    observers.wakeIn('of-B');
    await settle();
    expect(counts).toEqual({ A: 1, B: 2 });
    await observers.stop();
  });

  it('goes on looking while it judges, one judgement at a time, and waits for that when it stops', async () => {
    const ends: (() => void)[] = [];
    const { observers, counts, released } = setup(async () => 'looked', () => new Promise((resolve) => ends.push(resolve)));
    observers.wake(key('A'));
    await settle();
    observers.wakeIn('of-A');
    await settle();
    expect([counts, ends.length]).toEqual([{ A: 2 }, 1]);
    ends[0]!();
    await settle();
    observers.wakeIn('of-A');
    await settle();
    expect([counts, ends.length]).toEqual([{ A: 3 }, 2]);
    const stopped = observers.stop();
    await settle();
    expect(released).toEqual([]);
    ends[1]!();
    await stopped;
    expect(released).toEqual(['A']);
  });

  it('judges nothing that it did not look at, and tells what went wrong in it', async () => {
    const judged: string[] = [];
    const { observers, errors } = setup(async (id) => (id === 'A' ? 'looked' : id === 'B' ? 'elsewhere' : 'ended'), async (id) => {
      judged.push(id);
      throw new Error('no database');
    });
    for (const id of ['A', 'B', 'C']) observers.wake(key(id));
    await settle();
    expect(judged).toEqual(['A']);
    expect(errors).toEqual([new Error('no database')]);
    await observers.stop();
  });

  it('gives its leases back when it stops, and takes no more', async () => {
    const { observers, released } = setup(async () => 'looked');
    observers.wake(key('A'));
    await observers.stop();
    observers.wake(key('B'));
    expect(released).toEqual(['A']);
    expect(observers.size).toBe(1);
  });
});
