import { heldPolicy, withStories } from '../support/stories';

const { story } = withStories({ back: heldPolicy, spoken: heldPolicy, again: heldPolicy });

const isServed = async (shop: ReturnType<typeof story>): Promise<void> => {
  const traffic = await shop.traffic();
  expect(traffic.filter(({ failed }) => failed > 0)).toEqual([]);
};

it('a manual rollback preempts the running release and overtakes waiting ones; a second one goes back one version more', async () => {
  const shop = story('back');
  const first = await shop.release('v1', { strategy: 'rollout' });
  const second = await shop.release('v2', { strategy: 'rollout' });
  expect([first.status, second.status]).toEqual(['promoted', 'promoted']);
  await shop.onlyRuns('v2');
  await shop.traffic();

  const running = await shop.deploy('v3', { strategy: 'canary' });
  await shop.reaches(running, 'analyse');
  const waiting = await shop.deploy('v4');
  await shop.until(waiting, ({ status }) => status === 'queued');
  const back = await shop.rollback({ reason: 'prices are wrong' });
  expect(await shop.ended(running)).toMatchObject({ status: 'rolledBack', reason: { code: 'superseded', evidence: { by: back } } });
  expect(await shop.ended(waiting)).toMatchObject({ status: 'superseded' });
  expect(await shop.ended(back)).toMatchObject({ status: 'promoted', strategy: 'rollout', imageTag: 'v2', rollbackOf: second.id });
  await shop.onlyRuns('v2');

  expect(await shop.ended(await shop.rollback())).toMatchObject({ status: 'promoted', imageTag: 'v1', rollbackOf: first.id });
  await shop.onlyRuns('v1');
  await isServed(shop);
});

it('a pause holds the release, a resume continues it, and a full promotion skips the remaining steps', async () => {
  const shop = story('spoken');
  await shop.release('v1', { strategy: 'rollout' });
  const id = await shop.deploy('v2', { strategy: 'canary' });
  await shop.reaches(id, 'analyse');
  await shop.want(id, 'pause', { reason: 'lunch' });
  expect(await shop.until(id, ({ status }) => status === 'paused')).toMatchObject({
    reason: { code: 'paused_by_person', text: expect.stringContaining('lunch') },
  });
  await expect(shop.want(id, 'pause')).rejects.toThrow('409');
  await shop.want(id, 'resume');
  await shop.until(id, ({ status }) => status === 'releasing');
  await shop.want(id, 'promote', { full: true, reason: 'looks good' });
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
  const reasons = (await shop.events(id)).flatMap(({ type, data }) =>
    type === 'StepCompleted' ? [(data as { reason: { code: string; text: string } }).reason] : [],
  );
  expect(reasons).toContainEqual(expect.objectContaining({ code: 'skipped_by_person', text: expect.stringContaining('looks good') }));
  await shop.onlyRuns('v2');
});

it('a retry releases the same artifact once the first release has finished', async () => {
  const shop = story('again');
  await shop.release('v1', { strategy: 'rollout' });
  const id = await shop.deploy('v2', { strategy: 'canary' });
  await shop.reaches(id, 'analyse');
  await expect(shop.want(id, 'retry')).rejects.toThrow('409');
  await shop.abort(id);
  expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack' });
  const again = (await shop.want(id, 'retry', { reason: 'a false alarm' })).id;
  await shop.reaches(again, 'analyse');
  await shop.want(again, 'promote');
  expect(await shop.ended(again)).toMatchObject({ status: 'promoted', imageTag: 'v2', retryOf: id });
  await shop.onlyRuns('v2');
});
