import { ClusterError, type WorkloadChange } from '@alloy/cluster';
import type { ReleaseKey } from '@alloy/ledger';
import { eventually } from '../../../test/support/eventually';
import type { ObservationResult } from './observation';
import { Observers } from './observers';

const key = (releaseId: string): ReleaseKey => ({ releaseId, project: 'shop', environment: 'production' });
const row = (releaseId: string, version = 1) => ({ ...key(releaseId), version });
const changeIn = (namespace: string, deployment?: string): WorkloadChange => ({ namespace, deployment, kind: 'Deployment', event: {
  type: 'modified', object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } },
} });

/** Waits until every promise that can settle has settled. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

function setup(observe: (releaseId: string) => Promise<ObservationResult>, judge: (releaseId: string) => Promise<void> = async () =>
  undefined, { isMine = () => true, resyncMs = 60_000, judgeEveryMs = () =>
    60_000 }: { isMine?: (id: string) => boolean; resyncMs?: number; judgeEveryMs?: (judged: number) => number } = {}) {
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
      get needsObservation() {
        return failed.has(releaseId);
      },
      judge: () => judge(releaseId),
      observe: () => {
        counts[releaseId] = (counts[releaseId] ?? 0) + 1;
        versions.set(releaseId, 1);
        return observe(releaseId);
      },
      confirm: (version) => versions.get(releaseId) === version,
      prove: async () => undefined,
      stop: () => void stopped.push(releaseId),
    }),
  });
  return { observers, counts, stopped, errors, failed };
}

describe('Observers', () => {
  it('observes once for the first of many triggers, and once more for those that come during the observation', async () => {
    const { observers, counts } = setup(async () => 'observed');
    for (let i = 0; i < 5; i++) observers.trigger(key('A'));
    await settle();
    expect(counts).toEqual({ A: 2 });
    await observers.stop();
  });

  it('sends no request to the API server before the time in its Retry-After has passed, whatever triggers an observation', async () => {
    const times: number[] = [];
    const { observers } = setup(async () => {
      times.push(performance.now());
      if (times.length === 1) throw new ClusterError('too_many_requests', '429', { status: 429, retryAfterSeconds: 0.1 });
      return 'observed';
    });
    observers.trigger(key('A'));
    const changing = setInterval(() => observers.trigger(key('A')), 5);
    await eventually(() => expect(times.length).toBeGreaterThan(2));
    clearInterval(changing);
    await observers.stop();
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(95);
  });

  it('starts neither an observation nor a judgement before the time in the Retry-After of a judgement has passed', async () => {
    const times: number[] = [];
    const { observers } = setup(async () => {
      times.push(performance.now());
      return 'observed';
    }, async () => {
      times.push(performance.now());
      if (times.length === 2) throw new ClusterError('too_many_requests', '429', { status: 429, retryAfterSeconds: 0.1 });
    }, { judgeEveryMs: () => 1 });
    observers.trigger(key('A'));
    await settle();
    observers.trigger(key('A'));
    await eventually(() => expect(times.length).toBeGreaterThan(3));
    await observers.stop();
    expect(times[2]! - times[1]!).toBeGreaterThanOrEqual(95);
  });

  it('forgets a release that has ended', async () => {
    const { observers, stopped } = setup(async () => 'ended');
    observers.trigger(key('A'));
    await settle();
    expect([observers.size, stopped]).toEqual([0, ['A']]);
    await observers.stop();
  });

  it('continues with the others while one observation hangs and one fails', async () => {
    let resume: (result: ObservationResult) => void = () => undefined;
    const { observers, counts, errors } = setup((id) => {
      if (id === 'hangs') return new Promise((resolve) => (resume = resolve));
      return id === 'fails' ? Promise.reject(new Error('unreachable')) : Promise.resolve('observed');
    });
    const ids = ['hangs', 'fails', 'A'];
    for (const id of ids) observers.trigger(key(id));
    await settle();
    for (const id of ids) observers.trigger(key(id));
    await settle();
    expect(counts).toEqual({ hangs: 1, fails: 2, A: 2 });
    expect(errors).toHaveLength(2);
    resume('observed');
    await observers.stop();
  });

  it('observes the release whose workload, canary or baseline has changed, and every release of a namespace that was listed again', async () => {
    const { observers, counts } = setup(async () => 'observed');
    for (const id of ['A', 'B']) observers.trigger(key(id));
    await settle();
    observers.changed(changeIn('of-B', 'web'));
    observers.changed(changeIn('of-B', 'other'));
    await settle();
    expect(counts).toEqual({ A: 1, B: 2 });
    observers.changed(changeIn('of-A', 'web-canary'));
    observers.changed(changeIn('of-A'));
    await eventually(() => expect(counts).toEqual({ A: 3, B: 2 }));
    observers.changed(changeIn('of-B', 'web-baseline'));
    await settle();
    expect(counts).toEqual({ A: 3, B: 3 });
    await observers.stop();
  });

  it('observes again at the resync without a change', async () => {
    const { observers, counts } = setup(async () => 'observed', undefined, { resyncMs: 5 });
    observers.trigger(key('A'));
    await eventually(() => expect(counts['A']).toBeGreaterThan(2));
    await observers.stop();
  });

  it('starts new releases of the log, observes those with another version or a failure, and ends those of another replica', async () => {
    const others = new Set(['C']);
    const { observers, counts, stopped, failed } = setup(async () => 'observed', undefined, { isMine: (id) => !others.has(id) });
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

  it('ends a release that no longer runs in the log', async () => {
    const ended = new Set<string>();
    const { observers } = setup(async (id) => (ended.has(id) ? 'ended' : 'observed'));
    observers.reconcile([row('A')]);
    await settle();
    ended.add('A');
    observers.reconcile([]);
    await settle();
    expect(observers.size).toBe(0);
    await observers.stop();
  });

  it('repeats a judgement without an observation, at an interval that depends on the number of judged releases', async () => {
    const judged: string[] = [];
    const asked: number[] = [];
    const { observers, counts } = setup(async () =>
      'observed', async (id) => void judged.push(id), { judgeEveryMs: (number) => (asked.push(number), 1) });
    observers.trigger(key('A'));
    await eventually(() => expect(judged.length).toBeGreaterThan(3));
    expect([counts, asked[0], observers.judged]).toEqual([{ A: 1 }, 1, 1]);
    await observers.stop();
  });

  it('observes during a judgement, runs one judgement at a time, and waits for it when stopped', async () => {
    const ends: (() => void)[] = [];
    const { observers, counts, stopped } = setup(async () => 'observed', () => new Promise((resolve) => ends.push(resolve)));
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

  it('judges only a release that it has observed, and reports the error of a judgement', async () => {
    const judged: string[] = [];
    const { observers, errors } = setup(async (id) => (id === 'A' ? 'observed' : id === 'B' ? 'elsewhere' : 'ended'), async (id) => {
      judged.push(id);
      throw new Error('no database');
    });
    for (const id of ['A', 'B', 'C']) observers.trigger(key(id));
    await settle();
    expect(judged).toEqual(['A']);
    expect(errors).toEqual([new Error('no database')]);
    await observers.stop();
  });

  it('observes nothing after it is stopped', async () => {
    const { observers, stopped } = setup(async () => 'observed');
    observers.trigger(key('A'));
    await observers.stop();
    observers.trigger(key('B'));
    expect(observers.reconcile([row('B')])).toEqual([]);
    expect([stopped, observers.size]).toEqual([['A'], 1]);
  });
});
