import type { KubeObject } from '@alloy/contracts';
import type { Story } from '../support/story';
import { heldPolicy, withStories } from '../support/stories';
import { deployment, service } from '../support/workload';

const { story, observed } = withStories({
  taken: heldPolicy, unready: heldPolicy,
  switched: {
    progressDeadline: 60, strategy: 'blueGreen', blueGreen: { scaleDownDelaySeconds: 3_600 },
    traffic: { router: 'podRatio', drainSeconds: 1 },
  },
});
/** With a strategy that takes a ready pod away as soon as a rolling update begins. */
const manifests = () => {
  const web = deployment();
  const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } };
  return [{ ...web, spec: { ...(web['spec'] as object), strategy } }, service()];
};
const emergency = async (shop: Story, imageTag: string): Promise<string> => {
  const order = { project: shop.project, imageTag, commitSha: 'abc123def', manifests: manifests() };
  return ((await shop.post('/api/v1/releases', { ...order, emergency: true, reason: 'checkout is down' })) as { readonly id: string }).id;
};
const noRequestFailed = async (shop: Story): Promise<void> => {
  const counts = await shop.traffic();
  expect(counts.filter(({ failed }) => failed > 0)).toEqual([]);
};
interface Web extends KubeObject {
  readonly spec: { readonly strategy: { readonly rollingUpdate: { readonly maxUnavailable: number } } };
}
const maxUnavailable = async (shop: Story) => (await shop.get<Web>('Deployment')).spec.strategy.rollingUpdate.maxUnavailable;

it('an emergency passes a hold, preempts the running canary, and ends without stages and without waiting for pods', async () => {
  const shop = story('taken');
  expect(await shop.release('v1', { strategy: 'rollout' })).toMatchObject({ status: 'promoted' });
  await shop.traffic();
  const running = await shop.deploy('v2', { strategy: 'canary' });
  await shop.reaches(running, 'analyse');
  await shop.post(`/api/v1/projects/${shop.project}/hold`, { reason: 'the sale begins' });
  const id = await emergency(shop, 'v3');
  expect(await shop.ended(running)).toMatchObject({ status: 'rolledBack', reason: { code: 'superseded', evidence: { by: id } } });
  const ended = await shop.ended(id);
  expect(ended).toMatchObject({ status: 'promoted', strategy: 'rollout', reason: { text: expect.stringContaining('not judged') } });
  expect(ended.plan!.steps.map((step) => [step.kind, 'waits' in step ? step.waits : true])).toEqual(
    [['apply', true], ['promote', false], ['retire', false]],
  );
  expect(await shop.ask(`/api/v1/projects/${shop.project}/stable`)).toMatchObject({ releaseId: id, judged: false });
  await shop.onlyRuns('v3');
  await noRequestFailed(shop);
});

it('pods that never become ready take no ready pod away, and a rollback restores the version before', async () => {
  const shop = story('unready');
  expect(await shop.release('v1', { strategy: 'rollout' })).toMatchObject({ status: 'promoted' });
  await shop.traffic();
  const id = await emergency(shop, 'v2-slow');
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
  expect(await maxUnavailable(shop)).toBe(0);
  expect((await shop.pods()).filter(({ tag, ready }) => tag === 'v1' && ready)).toHaveLength(2);
  expect(await shop.ended(await shop.rollback({ reason: 'it does not start' }))).toMatchObject({ status: 'promoted', imageTag: 'v1' });
  await shop.onlyRuns('v1');
  await noRequestFailed(shop);
});

it('takes over from a blueGreen release that has switched the Service, which is the user\'s own again afterwards', async () => {
  const shop = story('switched');
  const selector = async () => (await shop.get<KubeObject & { readonly spec: { readonly selector: object } }>('Service')).spec.selector;
  expect(await shop.release('v1', { strategy: 'rollout' })).toMatchObject({ status: 'promoted' });
  const own = await selector();
  await shop.traffic();
  await observed(shop, async () => {
    const running = await shop.deploy('v2', { strategy: 'blueGreen' });
    await shop.until(running, ({ step, weights }) => step?.kind === 'pause' && weights?.reached === 100);
    const id = await emergency(shop, 'v3');
    expect(await shop.ended(running)).toMatchObject({ status: 'rolledBack', reason: { code: 'superseded', evidence: { by: id } } });
    expect(await shop.ended(id)).toMatchObject({ status: 'promoted', strategy: 'rollout' });
    await shop.onlyRuns('v3');
  });
  expect([await selector(), await shop.names('Service')]).toEqual([own, ['web']]);
  await noRequestFailed(shop);
});
