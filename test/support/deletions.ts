import { eventually } from './eventually';
import type { Story } from './story';
import { WEB } from './workload';

const deletions = async (shop: Story, id: string): Promise<readonly unknown[]> =>
  (await shop.events(id)).filter(({ type }) => type === 'WorkloadDeleted').map(({ data }) => data);

/** v1 runs, and v2 is observed in a stage that only the test ends. */
async function observed(shop: Story): Promise<string> {
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1');
  const id = await shop.deploy('v2');
  await shop.reaches(id, 'analyse');
  return id;
}

/** Another client deletes the canary during its analysis: the release is rolled back at once, with that reason. */
export async function canaryDeleted(shop: Story): Promise<void> {
  const id = await observed(shop);
  await shop.cluster.delete(shop.ref('Deployment', `${WEB}-canary`), {});
  expect(await shop.ended(id)).toMatchObject({
    status: 'rolledBack',
    reason: { code: 'canary_deleted', text: expect.stringContaining(`another client deleted Deployment ${WEB}-canary`) },
  });
  expect(await deletions(shop, id)).toMatchObject([{ track: 'canary', object: { kind: 'Deployment', name: `${WEB}-canary` } }]);
  await shop.onlyRuns('v1');
}

/** Another client deletes the stable Deployment during an analysis: Alloy creates it again and rolls back. */
export async function stableDeleted(shop: Story): Promise<void> {
  const id = await observed(shop);
  const { metadata: { uid } } = await shop.get('Deployment');
  await shop.cluster.delete(shop.ref('Deployment', WEB), {});
  expect(await shop.ended(id)).toMatchObject({
    status: 'rolledBack',
    reason: { code: 'stable_deleted', text: expect.stringContaining(`another client deleted Deployment ${WEB} `) },
  });
  await shop.onlyRuns('v1');
  await eventually(async () => expect((await shop.get('Deployment')).metadata.uid).not.toBe(uid));
}

/** Alloy's own deletions of the canary, at the end of a promotion and of a rollback, are no findings. */
export async function ownDeletions(shop: Story): Promise<void> {
  const bad = await observed(shop);
  await shop.abort(bad);
  expect(await shop.ended(bad)).toMatchObject({ status: 'rolledBack' });
  const good = await shop.deploy('v3');
  expect(await shop.waved(good)).toMatchObject({ status: 'promoted' });
  expect([await deletions(shop, bad), await deletions(shop, good)]).toEqual([[], []]);
  await shop.onlyRuns('v3');
}
