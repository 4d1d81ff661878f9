import { withStories } from '../support/stories';

const policy = {
  stages: [{ weight: 50, duration: 2, deadline: 60 }], progressDeadline: 60, analysis: { minRequests: 25 }, onFail: 'hold' as const,
};
const { story } = withStories({ promoted: policy, aborted: policy, resumed: policy });

type Shop = ReturnType<typeof story>;

/** A release that is held by its bad canary, after v1. */
async function held(shop: Shop, tag: string): Promise<string> {
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  const id = await shop.deploy(tag);
  expect(await shop.until(id, ({ status }) => status === 'held')).toMatchObject({
    weights: { asked: 50 },
    waiting: { code: 'held', waitsFor: 'a user with the scope operate', earliestOpen: null },
  });
  return id;
}

const uids = async (shop: Shop): Promise<readonly string[]> => (await shop.pods()).map(({ uid }) => uid).sort();

it('a bad canary is held with its pods, a promotion that a user wants in spite of it skips the analysis', async () => {
  const shop = story('promoted');
  const id = await held(shop, 'v2-errors-50');
  const before = await uids(shop);
  await expect(shop.want(id, 'pause')).rejects.toThrow('409');
  expect(await shop.look(id)).toMatchObject({ status: 'held', reason: { code: 'error_rate' } });
  expect(await uids(shop)).toEqual(before);
  await shop.want(id, 'promote', { reason: 'the errors are expected' });
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v2-errors-50');
});

it('an abort of a held release rolls it back', async () => {
  const shop = story('aborted');
  const id = await held(shop, 'v2-errors-50');
  await shop.abort(id);
  expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
  await shop.onlyRuns('v1');
});

it('a resume tries the failed step again, and a failure holds it again', async () => {
  const shop = story('resumed');
  const id = await held(shop, 'v2-errors-50');
  const first = await shop.look(id);
  await shop.want(id, 'resume');
  const again = await shop.until(id, ({ status, step }) => status === 'held' && step?.attempt === 2);
  expect([again.step?.kind, again.step?.index]).toEqual(['analyse', first.step?.index]);
  await shop.want(id, 'promote', { full: true });
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
  const types = (await shop.events(id)).map(({ type }) => type);
  expect(types.filter((type) => type === 'ReleaseHeld')).toHaveLength(2);
  expect(types).not.toContain('RollbackDecided');
});
