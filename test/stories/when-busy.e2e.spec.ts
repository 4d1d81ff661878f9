import type { Story } from '../support/story';
import { heldPolicy, withStories } from '../support/stories';

const { story } = withStories({
  latest: { ...heldPolicy, whenBusy: 'latestOnly' },
  queue: { ...heldPolicy, whenBusy: 'queue' },
  supersede: { ...heldPolicy, whenBusy: 'supersede' },
  reject: { ...heldPolicy, whenBusy: 'reject' },
});

/** v1 is stable, and v2 is under observation when v3 and v4 are posted; gives the ends of v2, v3 and v4. */
async function threePosts(shop: Story) {
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  const first = await shop.deploy('v2');
  await shop.reaches(first, 'analyse');
  const second = await shop.deploy('v3');
  await shop.until(second, ({ status }) => status !== 'requested');
  const third = await shop.deploy('v4');
  // Decided on before the first one makes room.
  await shop.until(third, ({ status }) => status !== 'requested');
  return [await shop.waved(first), await shop.waved(second), await shop.waved(third)] as const;
}

/** When the release was planned, and when it was promoted: what the watcher saw last may be told after that. */
async function span(shop: Story, id: string): Promise<{ readonly planned: number; readonly ended: number }> {
  const events = await shop.events(id);
  const at = (type: string): number => Date.parse(events.find((event) => event.type === type)!.occurredAt);
  return { planned: at('ReleasePlanned'), ended: at('ReleasePromoted') };
}

describe('a release that is posted while another one runs', () => {
  let told: Readonly<Record<'latest' | 'queue' | 'reject', Awaited<ReturnType<typeof threePosts>>>>;
  // All at once: each has a project of its own.
  beforeAll(async () => {
    const [latest, queue, reject] = await Promise.all([threePosts(story('latest')), threePosts(story('queue')), threePosts(story('reject'))]);
    told = { latest, queue, reject };
  });

  it('waits, but only the latest of them (latestOnly)', async () => {
    const shop = story('latest');
    const [first, second, third] = told.latest;
    expect(first).toMatchObject({ status: 'promoted' });
    expect(second).toMatchObject({ status: 'superseded', plan: null, reason: { code: 'superseded', evidence: { by: third.id, whenBusy: 'latestOnly' } } });
    expect(third).toMatchObject({ status: 'promoted', stable: { releaseId: first.id } });
    expect((await span(shop, third.id)).planned).toBeGreaterThanOrEqual((await span(shop, first.id)).ended);
    await shop.onlyRuns('v4');
  });

  it('waits for its turn, each of them (queue)', async () => {
    const shop = story('queue');
    const [first, second, third] = told.queue;
    expect([first, second, third].map(({ status, stable }) => [status, stable?.imageTag])).toEqual([['promoted', 'v1'], ['promoted', 'v2'], ['promoted', 'v3']]);
    const [a, b, c] = [await span(shop, first.id), await span(shop, second.id), await span(shop, third.id)];
    expect(b.planned).toBeGreaterThanOrEqual(a.ended);
    expect(c.planned).toBeGreaterThanOrEqual(b.ended);
    expect((await shop.events(second.id)).find(({ type }) => type === 'ReleaseQueued')).toMatchObject({ data: { behind: first.id } });
    await shop.onlyRuns('v4');
  });

  it('takes over: what ran is rolled back for it (supersede)', async () => {
    const shop = story('supersede');
    expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
    const first = await shop.deploy('v2');
    await shop.reaches(first, 'analyse');
    const second = await shop.waved(await shop.deploy('v3'));
    expect(await shop.look(first)).toMatchObject({ status: 'rolledBack', reason: { code: 'superseded', evidence: { by: second.id } } });
    expect(second).toMatchObject({ status: 'promoted', stable: { imageTag: 'v1' } });
    await shop.onlyRuns('v3');
  });

  it('is refused (reject)', async () => {
    const shop = story('reject');
    const [first, second, third] = told.reject;
    expect(first).toMatchObject({ status: 'promoted' });
    for (const refused of [second, third]) expect(refused).toMatchObject({ status: 'rejected', plan: null, reason: { code: 'busy', evidence: { behind: first.id } } });
    await shop.onlyRuns('v2');
  });
});
