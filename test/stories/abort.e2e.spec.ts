import type { Story } from '../support/story';
import { heldPolicy, withStories } from '../support/stories';
import { configMap, deployment } from '../support/workload';

const { story } = withStories({ waiting: heldPolicy, scaling: heldPolicy, observed: heldPolicy, promoted: heldPolicy });

/** Makes v1 stable and starts to count its clients' requests. */
async function withStable(shop: Story): Promise<void> {
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v1');
  await shop.traffic();
}

/** Expects v1's pods only, in the cluster and in Alloy's status, and no failed request. */
async function expectBackOnStable(shop: Story): Promise<void> {
  await shop.onlyRuns('v1');
  expect(JSON.parse(await shop.text(`/api/v1/projects/${shop.project}/stable`))).toMatchObject({ imageTag: 'v1' });
  const traffic = await shop.traffic();
  expect(traffic.reduce((sum, { requests }) => sum + requests, 0)).toBeGreaterThan(0);
  expect(traffic.filter(({ failed }) => failed > 0)).toEqual([]);
}

/** Posts v2, whose canary is healthy and whose later pods never become ready: its promotion cannot finish. */
async function deploySpoilt(shop: Story): Promise<string> {
  await shop.create(configMap('mood', { behaviour: 'good' }));
  const env = [{ name: 'PLAYGROUND_BEHAVIOR', valueFrom: { configMapKeyRef: { name: 'mood', key: 'behaviour' } } }];
  const id = await shop.deploy('v2', { deployment: deployment({ container: { env } }) });
  await shop.reaches(id, 'analyse');
  await shop.cluster.patch(shop.ref('ConfigMap', 'mood'), 'merge', { data: { behaviour: 'slow' } }, 'a-person');
  await shop.want(id, 'promote', { full: true });
  return id;
}

const by = { code: 'aborted', text: expect.stringContaining('demo') };

describe('an abort', () => {
  it('of a release that has not started ends it without a change to the cluster', async () => {
    const shop = story('waiting');
    await withStable(shop);
    const running = await shop.deploy('v2');
    await shop.reaches(running, 'analyse');
    const waiting = await shop.deploy('v3');
    await shop.until(waiting, ({ status }) => status === 'queued');
    await shop.abort(waiting);
    expect(await shop.ended(waiting)).toMatchObject({ status: 'aborted', plan: null, reason: by });
    expect((await shop.look(running)).status).toBe('releasing');
    await shop.abort(running);
    expect(await shop.ended(running)).toMatchObject({ status: 'rolledBack', reason: by });
    await expectBackOnStable(shop);
  });

  it.each([
    ['scaling', 'while the canary gets its pods', 'scaleCanary', (shop: Story) => shop.deploy('v2-slow')],
    ['observed', 'while the canary is observed', 'analyse', (shop: Story) => shop.deploy('v2')],
    ['promoted', 'while the new version becomes the stable one', 'promote', deploySpoilt],
  ] as const)('(%s) %s is a rollback with that reason', async (project, _when, kind, deploy) => {
    const shop = story(project);
    await withStable(shop);
    const id = await deploy(shop);
    await shop.reaches(id, kind);
    await shop.abort(id);
    expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', strategy: 'canary', reason: by });
    const types = (await shop.events(id)).map(({ type }) => type);
    expect(types.includes('PromotionDecided')).toBe(kind === 'promote');
    await expectBackOnStable(shop);
  });

  it('of a finished release is refused', async () => {
    const shop = story('promoted');
    const { id } = await shop.release('v3', { strategy: 'rollout' });
    await expect(shop.abort(id)).rejects.toThrow('409');
    await shop.onlyRuns('v3');
  });
});
