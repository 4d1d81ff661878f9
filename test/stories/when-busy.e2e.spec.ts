import { stablePostedAgain } from '../support/stable-again';
import type { Story } from '../support/story';
import { heldPolicy, withStories } from '../support/stories';

const { story } = withStories({
  latest: { ...heldPolicy, whenBusy: 'latestOnly' },
  queue: { ...heldPolicy, whenBusy: 'queue' },
  supersede: { ...heldPolicy, whenBusy: 'supersede' },
  reject: { ...heldPolicy, whenBusy: 'reject' },
  again: heldPolicy,
});

/** Makes v1 stable and posts v3 and v4 while v2 is observed; returns the final statuses of v2, v3 and v4. */
async function threePosts(shop: Story) {
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  const first = await shop.deploy('v2');
  await shop.reaches(first, 'analyse');
  const second = await shop.deploy('v3');
  await shop.until(second, ({ status }) => status !== 'requested');
  const third = await shop.deploy('v4');
  // v4 is posted before v2 is preempted.
  await shop.until(third, ({ status }) => status !== 'requested');
  return [await shop.waved(first), await shop.waved(second), await shop.waved(third)] as const;
}

/** The times of planning and of promotion: events of the watcher's last observations may follow the promotion. */
async function span(shop: Story, id: string): Promise<{ readonly planned: number; readonly ended: number }> {
  const events = await shop.events(id);
  const at = (type: string): number => Date.parse(events.find((event) => event.type === type)!.occurredAt);
  return { planned: at('ReleasePlanned'), ended: at('ReleasePromoted') };
}

describe('a release that is posted while another one runs', () => {
  let results: Readonly<Record<'latest' | 'queue' | 'reject', Awaited<ReturnType<typeof threePosts>>>>;
  // All modes in parallel: each has its own project.
  beforeAll(async () => {
    const [latest, queue, reject] = await Promise.all([
      threePosts(story('latest')),
      threePosts(story('queue')),
      threePosts(story('reject')),
    ]);
    results = { latest, queue, reject };
  });

  it('waits, and only the latest waiting release is kept (latestOnly)', async () => {
    const shop = story('latest');
    const [first, second, third] = results.latest;
    expect(first).toMatchObject({ status: 'promoted' });
    expect(second).toMatchObject({
      status: 'superseded',
      plan: null,
      reason: { code: 'superseded', evidence: { by: third.id, whenBusy: 'latestOnly' } },
    });
    expect(third).toMatchObject({ status: 'promoted', stable: { releaseId: first.id } });
    expect((await span(shop, third.id)).planned).toBeGreaterThanOrEqual((await span(shop, first.id)).ended);
    await shop.onlyRuns('v4');
  });

  it('waits until all earlier releases have finished (queue)', async () => {
    const shop = story('queue');
    const [first, second, third] = results.queue;
    expect([first, second, third].map(({ status, stable }) => [status, stable?.imageTag])).toEqual([
      ['promoted', 'v1'],
      ['promoted', 'v2'],
      ['promoted', 'v3'],
    ]);
    const [a, b, c] = [await span(shop, first.id), await span(shop, second.id), await span(shop, third.id)];
    expect(b.planned).toBeGreaterThanOrEqual(a.ended);
    expect(c.planned).toBeGreaterThanOrEqual(b.ended);
    expect((await shop.events(second.id)).find(({ type }) => type === 'ReleaseQueued')).toMatchObject({ data: { behind: first.id } });
    await shop.onlyRuns('v4');
  });

  it('preempts the running release, which is rolled back (supersede)', async () => {
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
    const [first, second, third] = results.reject;
    expect(first).toMatchObject({ status: 'promoted' });
    for (const refused of [second, third])
      expect(refused).toMatchObject({ status: 'rejected', plan: null, reason: { code: 'busy', evidence: { behind: first.id } } });
    await shop.onlyRuns('v2');
  });

  it('is all that it takes to roll the running one back, if it requests the stable version', () => stablePostedAgain(story('again')));
});
