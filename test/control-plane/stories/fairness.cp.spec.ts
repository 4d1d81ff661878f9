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

interface Rejection {
  readonly request: string;
  /** Milliseconds that the API server asked to wait. */
  readonly asked: number;
  /** Milliseconds until the same request was sent again; undefined: it was not. */
  waited: number | undefined;
}

/** Records the service's requests in the lane that the API server answers with 429, and when each is sent again. */
function recordRejections(replica: Replica): readonly Rejection[] {
  const { project } = stage().play('crowded').shop;
  const rejections: Rejection[] = [];
  const open = new Map<string, { readonly rejection: Rejection; readonly at: number }>();
  const proxy = stage().installation.api(replica);
  proxy.instead = (method, path) => {
    const last = open.get(`${method} ${path}`);
    if (last) last.rejection.waited = performance.now() - last.at;
    open.delete(`${method} ${path}`);
    return undefined;
  };
  proxy.onAnswer = (method, path, status, retryAfter) => {
    if (status !== 429 || !path.includes(`/namespaces/${project}/`)) return;
    const rejection = { request: `${method} ${path}`, asked: Number(retryAfter) * 1_000, waited: undefined };
    rejections.push(rejection);
    open.set(rejection.request, { rejection, at: performance.now() });
  };
  return rejections;
}

/** Rejections after which the same request came before its time. */
const impatient = (rejections: readonly Rejection[]): readonly Rejection[] => rejections.filter(({ asked, waited }) => waited !== undefined && waited < asked - EARLY_MS);

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
      await eventually(() => expect(executor.length).toBeGreaterThanOrEqual(ENOUGH), { timeoutMs: 60_000 });
    });
    await shop.hasReached(id, 'analyse');
    await withoutSeats(api, shop.project, () => eventually(() => expect(watcher.length).toBeGreaterThanOrEqual(ENOUGH), { timeoutMs: 60_000 }));

    expect(await shop.ended(id)).toMatchObject({ status: 'promoted', strategy: 'canary', reason: expect.objectContaining({ code: 'all_steps_done' }) });
    expect([...executor, ...watcher].filter(({ asked }) => !(asked >= 1_000))).toEqual([]);
    expect({ executor: impatient(executor), watcher: impatient(watcher) }).toEqual({ executor: [], watcher: [] });
    expect([...executor, ...watcher].some(({ waited }) => waited !== undefined)).toBe(true);
    await shop.onlyRuns('v2');
    await stage().prove('crowded');
  }, 480_000);
});
