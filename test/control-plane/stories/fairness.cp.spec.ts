import type { Replica } from '../../support/installation';
import { eventually } from '../../support/eventually';
import { shortPolicy } from '../../support/stories';
import { needsPods } from '../support/control-plane';
import { withoutSeats } from './support/fairness';
import { withStage } from './support/stage';

const stage = withStage({ crowded: { ...shortPolicy, stages: [{ weight: 50, duration: 5, deadline: 120 }] } });
/** Tolerance, because timers may fire early. */
const EARLY_MS = 50;
const ENOUGH = 3;

/** The loop that acts on a release and the publisher of Kubernetes Events send requests independently. */
const CALLERS = 2;

/** The 429 responses to a service in this lane. */
interface Rejections {
  /** Retry-After of each response, seconds. */
  readonly retryAfter: number[];
  /** Number of requests that were repeated after Retry-After. */
  repeated: number;
  /** Maximum number of equal requests that had to wait at the same time. If it exceeds CALLERS, one did not wait. */
  mostEqual: number;
}

/** Records the service's requests with a 429 response, and whether they are repeated before Retry-After. */
function recordRejections(replica: Replica): Rejections {
  const { project } = stage().play('crowded').shop;
  const rejections: Rejections = { retryAfter: [], repeated: 0, mostEqual: 0 };
  const waiting = new Map<string, readonly number[]>();
  /** Matches the namespace itself, which an inspection reads first, and the objects in it. */
  const inNamespace = new RegExp(`/namespaces/${project}(?:[/?]|$)`);
  const proxy = stage().installation.api(replica);
  proxy.instead = (method, path) => {
    const before = waiting.get(`${method} ${path}`) ?? [];
    const due = before.findIndex((until) => until <= performance.now());
    if (due >= 0) rejections.repeated++;
    waiting.set(
      `${method} ${path}`,
      before.filter((_, i) => i !== due),
    );
    return undefined;
  };
  proxy.onAnswer = (method, path, status, retryAfter) => {
    if (status !== 429 || !inNamespace.test(path)) return;
    rejections.retryAfter.push(Number(retryAfter));
    const equal = [...(waiting.get(`${method} ${path}`) ?? []), performance.now() + Number(retryAfter) * 1_000 - EARLY_MS];
    waiting.set(`${method} ${path}`, equal);
    rejections.mostEqual = Math.max(rejections.mostEqual, equal.length);
  };
  return rejections;
}

needsPods('a release whose requests API Priority and Fairness rejects with 429', () => {
  it('waits for Retry-After each time, and is promoted', async () => {
    const { shop } = stage().play('crowded');
    const { api } = stage();
    const [executor, watcher] = [recordRejections('executor'), recordRejections('watcher')];
    expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
    await shop.onlyRuns('v1');

    let id = '';
    await withoutSeats(api, shop.project, async () => {
      id = await shop.deploy('v2');
      await eventually(() => expect(executor.retryAfter.length).toBeGreaterThanOrEqual(ENOUGH), { timeoutMs: 60_000 });
    });
    await shop.hasReached(id, 'analyse');
    await withoutSeats(api, shop.project, () =>
      eventually(() => expect(watcher.retryAfter.length).toBeGreaterThanOrEqual(ENOUGH), { timeoutMs: 60_000 }),
    );

    expect(await shop.ended(id)).toMatchObject({
      status: 'promoted',
      strategy: 'canary',
      reason: expect.objectContaining({ code: 'all_steps_done' }),
    });
    for (const { retryAfter, repeated, mostEqual } of [executor, watcher]) {
      expect(retryAfter.filter((seconds) => !(seconds >= 1))).toEqual([]);
      expect(repeated).toBeGreaterThan(0);
      expect(mostEqual).toBeLessThanOrEqual(CALLERS);
    }
    await shop.onlyRuns('v2');
    await stage().prove('crowded');
  }, 480_000);
});
