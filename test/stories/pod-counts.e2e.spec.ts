import type { Split, Status } from '@alloy/release';
import { autoscaler, scaleAsAutoscaler } from '../support/autoscaler';
import { heldPolicy, withStories } from '../support/stories';
import type { Story } from '../support/story';
import { deployment } from '../support/workload';

// The original's weights, each held until the pods are counted.
const policy = { ...heldPolicy, stages: [17, 50, 83].map((weight) => ({ weight, duration: 3_600 })) };
const { story } = withStories({ two: policy, ten: policy, scaled: policy });

const isUnderWay = (status: Status): boolean => status === 'requested' || status === 'gated' || status === 'releasing';

/**
 * The ready pods of both tracks in the cluster at each observation until the promotion; the test ends each observation
 * itself.
 */
async function seenSplits(shop: Story, id: string): Promise<readonly Split[]> {
  const seen: Split[] = [];
  for (let last = -1; ; ) {
    const { status, step } = await shop.until(
      id,
      (release) => !isUnderWay(release.status) || (release.step?.kind === 'analyse' && release.step.index > last),
    );
    if (!isUnderWay(status)) return seen;
    last = step!.index;
    const ready = (await shop.pods()).filter((pod) => pod.ready);
    const canary = ready.filter(({ track }) => track === 'canary').length;
    seen.push({ canary, stable: ready.length - canary });
    await shop.want(id, 'promote', { full: false });
  }
}

async function expectSplits(shop: Story, replicas: number, splits: readonly Split[]): Promise<void> {
  const id = await shop.deploy('v2', { deployment: deployment({ replicas }) });
  expect(await seenSplits(shop, id)).toEqual(splits);
  expect(await shop.ended(id)).toMatchObject({ status: 'promoted', plan: { replicas } });
  expect(await shop.splits(id)).toEqual(splits);
  await shop.onlyRuns('v2', replicas);
}

describe('a canary of a workload with', () => {
  it('2 pods has the expected pods of each track at each weight', async () => {
    const shop = story('two');
    expect(await shop.release('v1')).toMatchObject({ status: 'promoted' });
    await expectSplits(shop, 2, [{ canary: 1, stable: 2 }, { canary: 2, stable: 1 }, { canary: 2, stable: 1 }]);
  });

  it('10 pods has the expected pods of each track at each weight', async () => {
    const shop = story('ten');
    expect(await shop.release('v1', { deployment: deployment({ replicas: 10 }) })).toMatchObject({
      status: 'promoted',
      plan: { replicas: 10 },
    });
    await expectSplits(shop, 10, [{ canary: 2, stable: 9 }, { canary: 6, stable: 5 }, { canary: 9, stable: 2 }]);
  });

  it('an autoscaler keeps all stable pods, and the live count instead of the manifest\'s', async () => {
    const shop = story('scaled');
    expect(await shop.release('v1', { deployment: deployment({ replicas: 2 }) })).toMatchObject({ status: 'promoted' });
    // The test acts as the autoscaler: its pods request no CPU, so that the playground's has no utilization.
    await shop.create(autoscaler(2), 'a-person');
    await scaleAsAutoscaler(shop, 4);
    await shop.onlyRuns('v1', 4);
    const id = await shop.deploy('v2', { deployment: deployment({ replicas: 2 }) });
    const splits = [{ canary: 1, stable: 4 }, { canary: 2, stable: 4 }, { canary: 4, stable: 4 }];
    expect(await seenSplits(shop, id)).toEqual(splits);
    expect(await shop.ended(id)).toMatchObject({ status: 'promoted', plan: { replicas: 4 } });
    await shop.onlyRuns('v2', 4);
  });
});
