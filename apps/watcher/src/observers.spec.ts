import { ClusterError, type WorkloadChange } from '@alloy/cluster';
import type { ReleaseKey } from '@alloy/ledger';
import { eventually } from '../../../test/support/eventually';
import type { Look } from './observation';
import { Observers } from './observers';

const key = (releaseId: string): ReleaseKey => ({ releaseId, project: 'shop', environment: 'production' });
const row = (releaseId: string, version = 1) => ({ ...key(releaseId), version });
const changeIn = (namespace: string, deployment?: string): WorkloadChange => ({ namespace, deployment, kind: 'Deployment', event: { type: 'modified', object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } } } });

/** Lets every promise that can settle do so. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function setup(looks: (releaseId: string) => Promise<Look>, judge: (releaseId: string) => Promise<void> = async () => undefined, { isMine = () => true, resyncMs = 60_000, judgeEveryMs = () => 60_000 }: { isMine?: (id: string) => boolean; resyncMs?: number; judgeEveryMs?: (judged: number) => number } = {}) {
  const counts: Record<string, number> = {};
  const stopped: string[] = [];
  const errors: unknown[] = [];
  const versions = new Map<string, number>();
  const failed = new Set<string>();
  const observers = new Observers({
    judgeEveryMs, isMine, resyncMs: () => resyncMs,
    onError: (_key, error) => errors.push(error),
    observe: ({ releaseId }) => ({
      namespace: `of-${releaseId}`, workload: 'web', isJudged: true,
      get needsLook() {
        return failed.has(releaseId);
      },
      judge: () => judge(releaseId),
      look: () => {
        counts[releaseId] = (counts[releaseId] ?? 0) + 1;
        versions.set(releaseId, 1);
        return looks(releaseId);
      },
      confirm: (version) => versions.get(releaseId) === version,
      prove: async () => undefined,
      stop: () => void stopped.push(releaseId),
    }),
  });
  return { observers, counts, stopped, errors, failed };
}

describe('Observers', () => {
  it('look once for many triggers in a row, and once more for those that come during the look', async () => {
    const { observers, counts } = setup(async () => 'looked');
    for (let i = 0; i < 5; i++) observers.trigger(key('A'));
    await settle();
    expect(counts).toEqual({ A: 2 });
    await observers.stop();
  });

  it('leave the API server alone for as long as it asks, whatever triggers a look', async () => {
    const times: number[] = [];
    const { observers } = setup(async () => {
      times.push(performance.now());
      if (times.length === 1) throw new ClusterError('too_many_requests', '429', { status: 429, retryAfterSeconds: 0.1 });
      return 'looked';
    });
    observers.trigger(key('A'));
    const changing = setInterval(() => observers.trigger(key('A')), 5);
    await eventually(() => expect(times.length).toBeGreaterThan(2));
    clearInterval(changing);
    await observers.stop();
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(95);
  });

  it('forget a release that has ended', async () => {
    const { observers, stopped } = setup(async () => 'ended');
    observers.trigger(key('A'));
    await settle();
    expect([observers.size, stopped]).toEqual([0, ['A']]);
    await observers.stop();
  });

  it('go on with the others while one hangs and one fails', async () => {
    let resume: (look: Look) => void = () => undefined;
    const { observers, counts, errors } = setup((id) => {
      if (id === 'hangs') return new Promise((resolve) => (resume = resolve));
      return id === 'fails' ? Promise.reject(new Error('unreachable')) : Promise.resolve('looked');
    });
    const ids = ['hangs', 'fails', 'A'];
    for (const id of ids) observers.trigger(key(id));
    await settle();
    for (const id of ids) observers.trigger(key(id));
    await settle();
    expect(counts).toEqual({ hangs: 1, fails: 2, A: 2 });
    expect(errors).toHaveLength(2);
    resume('looked');
    await observers.stop();
  });

  it('look at the release whose workload or canary has changed, and at every one of a namespace that was listed anew', async () => {
    const { observers, counts } = setup(async () => 'looked');
    for (const id of ['A', 'B']) observers.trigger(key(id));
    await settle();
    observers.changed(changeIn('of-B', 'web'));
    observers.changed(changeIn('of-B', 'other'));
    await settle();
    expect(counts).toEqual({ A: 1, B: 2 });
    observers.changed(changeIn('of-A', 'web-canary'));
    observers.changed(changeIn('of-A'));
    await eventually(() => expect(counts).toEqual({ A: 3, B: 2 }));
    await observers.stop();
  });

  it('look again after the resync though nothing has changed', async () => {
    const { observers, counts } = setup(async () => 'looked', undefined, { resyncMs: 5 });
    observers.trigger(key('A'));
    await eventually(() => expect(counts['A']).toBeGreaterThan(2));
    await observers.stop();
  });

  it('compare with the log: start what is new, look at what has another version or failed, end what another replica observes', async () => {
    const others = new Set(['C']);
    const { observers, counts, stopped, failed } = setup(async () => 'looked', undefined, { isMine: (id) => !others.has(id) });
    expect(observers.reconcile([row('A'), row('B'), row('C')])).toEqual([]);
    await settle();
    expect(counts).toEqual({ A: 1, B: 1 });
    expect(observers.reconcile([row('A'), row('B', 2)]).map(({ namespace }) => namespace)).toEqual(['of-A']);
    await settle();
    expect(counts).toEqual({ A: 1, B: 2 });
    failed.add('A');
    observers.reconcile([row('A'), row('B')]);
    await settle();
    expect(counts).toEqual({ A: 2, B: 2 });
    others.add('A');
    observers.reconcile([row('A'), row('B')]);
    await settle();
    expect([observers.releaseIds, stopped]).toEqual([['B'], ['A']]);
    await observers.stop();
  });

  it('look at a release that no longer runs by the log, which ends it', async () => {
    const ended = new Set<string>();
    const { observers } = setup(async (id) => (ended.has(id) ? 'ended' : 'looked'));
    observers.reconcile([row('A')]);
    await settle();
    ended.add('A');
    observers.reconcile([]);
    await settle();
    expect(observers.size).toBe(0);
    await observers.stop();
  });

  it('judge again and again without a look, as often as the number of judged releases allows', async () => {
    const judged: string[] = [];
    const asked: number[] = [];
    const { observers, counts } = setup(async () => 'looked', async (id) => void judged.push(id), { judgeEveryMs: (number) => (asked.push(number), 1) });
    observers.trigger(key('A'));
    await eventually(() => expect(judged.length).toBeGreaterThan(3));
    expect([counts, asked[0], observers.judged]).toEqual([{ A: 1 }, 1, 1]);
    await observers.stop();
  });

  it('go on looking while they judge, one judgement at a time, and wait for that when they stop', async () => {
    const ends: (() => void)[] = [];
    const { observers, counts, stopped } = setup(async () => 'looked', () => new Promise((resolve) => ends.push(resolve)));
    observers.trigger(key('A'));
    await settle();
    observers.trigger(key('A'));
    await settle();
    expect([counts, ends.length]).toEqual([{ A: 2 }, 1]);
    ends[0]!();
    await settle();
    observers.trigger(key('A'));
    await settle();
    expect([counts, ends.length]).toEqual([{ A: 3 }, 2]);
    const stopping = observers.stop();
    await settle();
    expect(stopped).toEqual([]);
    ends[1]!();
    await stopping;
    expect(stopped).toEqual(['A']);
  });

  it('judge nothing that they did not look at, and report what went wrong in it', async () => {
    const judged: string[] = [];
    const { observers, errors } = setup(async (id) => (id === 'A' ? 'looked' : id === 'B' ? 'elsewhere' : 'ended'), async (id) => {
      judged.push(id);
      throw new Error('no database');
    });
    for (const id of ['A', 'B', 'C']) observers.trigger(key(id));
    await settle();
    expect(judged).toEqual(['A']);
    expect(errors).toEqual([new Error('no database')]);
    await observers.stop();
  });

  it('observe nothing more once they are stopped', async () => {
    const { observers, stopped } = setup(async () => 'looked');
    observers.trigger(key('A'));
    await observers.stop();
    observers.trigger(key('B'));
    expect(observers.reconcile([row('B')])).toEqual([]);
    expect([stopped, observers.size]).toEqual([['A'], 1]);
  });
});
