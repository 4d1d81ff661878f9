import type { Replica } from '../../support/installation';
import { eventually } from '../../support/eventually';
import { shortPolicy } from '../../support/stories';
import { needsPods } from '../support/control-plane';
import { withoutSeats } from './support/fairness';
import { withStage } from './support/stage';

const stage = withStage({ crowded: { ...shortPolicy, stages: [{ weight: 50, duration: 5, deadline: 120 }] } });
/** By which timers are early. */
const EARLY_MS = 50;
const ENOUGH = 3;

/** What acts on a release and what tells its story in Events ask apart from each other. */
const CALLERS = 2;

/** The 429 that a service got in the lane. */
interface Rejections {
  /** Seconds that the API server asked to wait, each time. */
  readonly asked: number[];
  /** Requests that came again when their time was over. */
  again: number;
  /** Most requests that were alike and had to wait at the same time: more than there are callers, and one did not wait. */
  mostAlike: number;
}

/** Records the service's requests that the API server answers with 429, and whether they are sent again before their time. */
function recordRejections(replica: Replica): Rejections {
  const { project } = stage().play('crowded').shop;
  const rejections: Rejections = { asked: [], again: 0, mostAlike: 0 };
  const waiting = new Map<string, readonly number[]>();
  /** The namespace itself, which an inspection reads first, and what is in it. */
  const inNamespace = new RegExp(`/namespaces/${project}(?:[/?]|$)`);
  const proxy = stage().installation.api(replica);
  proxy.instead = (method, path) => {
    const before = waiting.get(`${method} ${path}`) ?? [];
    const due = before.findIndex((until) => until <= performance.now());
    if (due >= 0) rejections.again++;
    waiting.set(
      `${method} ${path}`,
      before.filter((_, i) => i !== due),
    );
    return undefined;
  };
  proxy.onAnswer = (method, path, status, retryAfter) => {
    if (status !== 429 || !inNamespace.test(path)) return;
    rejections.asked.push(Number(retryAfter));
    const alike = [...(waiting.get(`${method} ${path}`) ?? []), performance.now() + Number(retryAfter) * 1_000 - EARLY_MS];
    waiting.set(`${method} ${path}`, alike);
    rejections.mostAlike = Math.max(rejections.mostAlike, alike.length);
  };
  return rejections;
}

needsPods('a release whose requests API Priority and Fairness rejects with 429', () => {
  it('waits for as long as Retry-After says, each time, and is promoted', async () => {
    const { shop } = stage().play('crowded');
    const { api } = stage();
    const [executor, watcher] = [recordRejections('executor'), recordRejections('watcher')];
    expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
    await shop.onlyRuns('v1');

    let id = '';
    await withoutSeats(api, shop.project, async () => {
      id = await shop.deploy('v2');
      await eventually(() => expect(executor.asked.length).toBeGreaterThanOrEqual(ENOUGH), { timeoutMs: 60_000 });
    });
    await shop.hasReached(id, 'analyse');
    await withoutSeats(api, shop.project, () =>
      eventually(() => expect(watcher.asked.length).toBeGreaterThanOrEqual(ENOUGH), { timeoutMs: 60_000 }),
    );

    expect(await shop.ended(id)).toMatchObject({
      status: 'promoted',
      strategy: 'canary',
      reason: expect.objectContaining({ code: 'all_steps_done' }),
    });
    for (const { asked, again, mostAlike } of [executor, watcher]) {
      expect(asked.filter((seconds) => !(seconds >= 1))).toEqual([]);
      expect(again).toBeGreaterThan(0);
      expect(mostAlike).toBeLessThanOrEqual(CALLERS);
    }
    await shop.onlyRuns('v2');
    await stage().prove('crowded');
  }, 480_000);
});
