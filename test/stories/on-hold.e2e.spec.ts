import type { Story } from '../support/story';
import { shortPolicy, withStories } from '../support/stories';
import { deployment, service } from '../support/workload';

const policy = { ...shortPolicy, whenBusy: 'queue' as const };
const { story } = withStories({ rolled: policy, placed: policy, off: { ...policy, holdAfterRollback: false } });

interface Window {
  readonly open: boolean;
  readonly hold: { readonly by: string; readonly reason: string | null; readonly release: string | null } | null;
}
const window = (shop: Story): Promise<Window> => shop.ask(`/api/v1/projects/${shop.project}/window`) as Promise<Window>;
const place = (shop: Story, reason: string) => shop.post(`/api/v1/projects/${shop.project}/hold`, { reason });
const lift = (shop: Story, reason: string | null = null) => shop.post(`/api/v1/projects/${shop.project}/hold/lift`, { reason });
/** A release that its user requests in spite of a hold; returns its id. */
const override = async (shop: Story, imageTag: string, reason: string): Promise<string> => {
  const order = { project: shop.project, imageTag, commitSha: 'abc123def', strategy: 'rollout', manifests: [deployment(), service()] };
  return ((await shop.post('/api/v1/releases', { ...order, overrideHold: true, reason })) as { readonly id: string }).id;
};
const onHold = (shop: Story, id: string) => shop.until(id, ({ waiting }) => waiting?.code === 'onHold');

/** v2 is stable and v1 was before; then a user rolls back to v1. */
async function rolledBack(shop: Story): Promise<string> {
  for (const tag of ['v1', 'v2']) expect(await shop.release(tag, { strategy: 'rollout' })).toMatchObject({ status: 'promoted' });
  const back = await shop.rollback({ reason: 'prices are wrong' });
  expect(await shop.ended(back)).toMatchObject({ status: 'promoted', imageTag: 'v1' });
  return back;
}

it('after a rollback by a user new builds wait, and show who can let them continue, until a user lifts the hold', async () => {
  const shop = story('rolled');
  const back = await rolledBack(shop);
  expect(await window(shop)).toMatchObject({ open: false, hold: { by: 'demo', reason: 'prices are wrong', release: back } });
  const first = await shop.deploy('v3', { strategy: 'rollout' });
  expect(await onHold(shop, first)).toMatchObject({
    status: 'queued', plan: null,
    waiting: {
      waitsFor: 'a user with the scope operate', earliestOpen: null,
      text: expect.stringMatching(/by demo, with the rollback .*: prices are wrong/),
    },
  });
  const second = await shop.deploy('v4', { strategy: 'rollout' });
  await onHold(shop, second);
  await shop.onlyRuns('v1');

  await lift(shop, 'v3 has the fix');
  expect(await shop.ended(first)).toMatchObject({ status: 'promoted', waiting: null });
  expect(await shop.ended(second)).toMatchObject({ status: 'promoted', stable: { releaseId: first } });
  expect(await window(shop)).toMatchObject({ open: true, hold: null });
  await expect(lift(shop)).rejects.toThrow('409');
  await shop.onlyRuns('v4');
});

it('a user puts an environment on hold; a rollback and a release that overrides the hold pass the builds that wait', async () => {
  const shop = story('placed');
  for (const tag of ['v1', 'v2']) expect(await shop.release(tag, { strategy: 'rollout' })).toMatchObject({ status: 'promoted' });
  await place(shop, 'the sale begins');
  await expect(place(shop, 'again')).rejects.toThrow('409');
  const waiting = await shop.deploy('v3', { strategy: 'rollout' });
  await onHold(shop, waiting);
  expect(await shop.ended(await shop.rollback({ reason: 'prices are wrong' }))).toMatchObject({ status: 'promoted', imageTag: 'v1' });
  // The hold that a user has placed stays, with its reason.
  expect(await window(shop)).toMatchObject({ hold: { reason: 'the sale begins', release: null } });
  const fix = await override(shop, 'v4', 'the fix for the prices');
  expect(await shop.ended(fix)).toMatchObject({ status: 'promoted' });
  await onHold(shop, waiting);
  await shop.onlyRuns('v4');
  await shop.abort(waiting);
  expect(await shop.ended(waiting)).toMatchObject({ status: 'aborted' });
});

it('without holdAfterRollback the next build starts', async () => {
  const shop = story('off');
  await rolledBack(shop);
  expect(await window(shop)).toMatchObject({ open: true, hold: null });
  expect(await shop.release('v3', { strategy: 'rollout' })).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v3');
});
