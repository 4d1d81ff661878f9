import { withStories } from '../support/stories';

const policy = {
  stages: [{ weight: 50, duration: 2, deadline: 60 }], progressDeadline: 60, analysis: { minRequests: 25 },
  onFail: 'scaleDownCanary' as const,
};
const { story, observed } = withStories({ resumed: policy, aborted: policy, promotion: policy });

type Shop = ReturnType<typeof story>;

const canaryOf = (shop: Shop) => shop.cluster.get(shop.ref('Deployment', 'web-canary'));

/** A release whose bad canary is scaled down, after v1. */
async function scaledDown(shop: Shop): Promise<string> {
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  const id = await shop.deploy('v2-errors-50');
  expect(await shop.until(id, ({ status }) => status === 'held')).toMatchObject({
    reason: { code: 'error_rate' }, weights: { asked: 0, reached: 0 },
    waiting: { code: 'held', waitsFor: 'a user with the scope operate', text: expect.stringContaining('with its canary scaled down') },
  });
  expect((await shop.pods()).map(({ tag, ready }) => [tag, ready])).toEqual(Array(2).fill(['v1', true]));
  return id;
}

it('a bad canary loses its traffic and its pods, and its Deployment stays until an abort', async () => {
  const shop = story('aborted');
  await observed(shop, async (observer) => {
    const id = await scaledDown(shop);
    expect(await canaryOf(shop)).toMatchObject({
      spec: { replicas: 0, template: { spec: { containers: [{ image: expect.stringContaining('v2-errors-50') }] } } },
    });
    await expect(shop.want(id, 'pause')).rejects.toThrow('409');
    await shop.abort(id);
    expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
    await shop.onlyRuns('v1');
    expect(await canaryOf(shop)).toBeUndefined();
    expect((await observer.findings()).violations).toEqual([]);
  });
});

it('a resume gives the canary its pods and its traffic back, and a further failure takes them away again', async () => {
  const shop = story('resumed');
  const id = await scaledDown(shop);
  const before = await canaryOf(shop);
  await shop.want(id, 'resume');
  const again = await shop.until(id, ({ step }) => step?.kind === 'analyse' && step.attempt === 2);
  // Two of three pods.
  expect(again.weights).toEqual({ asked: 50, reached: 66.7 });
  await shop.until(id, ({ status, step }) => status === 'held' && step?.attempt === 2);
  expect((await canaryOf(shop))?.metadata.uid).toBe(before?.metadata.uid);
  await shop.want(id, 'promote', { full: true });
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted' });
  await shop.onlyRuns('v2-errors-50');
  const events = await shop.events(id);
  const steps = events.filter(({ type }) => type === 'StepStarted').map(({ data }) => {
    const { step, attempt, spec } = data as { readonly step: number; readonly attempt: number; readonly spec: { readonly kind: string } };
    return `${step} ${spec.kind} ${attempt}`;
  });
  expect(steps).toEqual([
    '0 apply 1', '1 scaleCanary 1', '2 shiftTraffic 1', '3 analyse 1', '0 apply 2', '1 scaleCanary 2', '2 shiftTraffic 2', '3 analyse 2',
    '0 apply 3', '4 promote 1', '5 retire 1',
  ]);
  const types = events.map(({ type }) => type);
  expect(types.filter((type) => type === 'ScaleDownDecided')).toHaveLength(2);
  expect(types).not.toContain('RollbackDecided');
});

it('a failure in the promotion rolls back, because the workload itself runs the new version', async () => {
  const shop = story('promotion');
  expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
  expect(await shop.release('v2-crash', { strategy: 'rollout' })).toMatchObject({ status: 'rolledBack', reason: { code: 'crash_loop' } });
  await shop.onlyRuns('v1');
});
