import type { Story } from './story';

/**
 * v1 runs, and is posted again while v2 is observed: v2 is rolled back at once, and the second post of v1 ends without
 * a change to the cluster.
 */
export async function stablePostedAgain(shop: Story): Promise<void> {
  const first = await shop.release('v1');
  expect(first).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1');
  const pods = await shop.pods();
  const second = await shop.deploy('v2');
  await shop.reaches(second, 'analyse');
  // The same webhook within a minute would be the same release.
  const again = await shop.deploy('v1', { strategy: 'canary' });
  expect(await shop.ended(second)).toMatchObject({
    status: 'rolledBack',
    reason: {
      code: 'stable_requested',
      text: expect.stringContaining(`v1, the stable version, was requested again by `),
      evidence: { by: again },
    },
  });
  expect(await shop.ended(again)).toMatchObject({ status: 'promoted', plan: null, reason: { code: 'already_stable' } });
  await shop.onlyRuns('v1');
  const kept = (await shop.pods()).map(({ uid }) => uid);
  expect(pods.filter(({ uid }) => kept.includes(uid)).length).toBeGreaterThan(0);
  expect(JSON.parse(await shop.text(`/api/v1/projects/${shop.project}/stable`))).toMatchObject({ imageTag: 'v1', releaseId: first.id });
}
