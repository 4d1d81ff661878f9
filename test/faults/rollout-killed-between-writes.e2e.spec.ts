import type { Deployment } from '@alloy/cluster';
import { shortPolicy, withStories } from '../support/stories';
import type { Story, Version } from '../support/story';
import { deployment } from '../support/workload';
import { killedAfterEach, type Point } from './killed-after-each';

const { stages: _stages, ...limits } = shortPolicy;
const weights = [{ setWeight: 20 }, { setWeight: 50 }];
const policy = (steps: readonly object[]) => ({ ...limits, strategy: 'rollout' as const, rollout: { maxSurge: 1, steps: [...steps] } });
const { story, installation } = withStories({ promoted: policy(weights), aborted: policy([...weights, { pause: {} }]) });

const four = (): Version => ({ deployment: deployment({ replicas: 4 }) });

async function played(shop: Story, point: Point, play: (tag: string) => Promise<void>): Promise<number> {
  expect(await shop.release('v1', four())).toMatchObject({ status: 'promoted' });
  const check = async (): Promise<void> => {
    const { minReadySeconds, progressDeadlineSeconds, strategy } = (await shop.get<Deployment>('Deployment')).spec;
    expect({ minReadySeconds, progressDeadlineSeconds, strategy }).toEqual({
      minReadySeconds: undefined, progressDeadlineSeconds: 600,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    });
  };
  return killedAfterEach({ shop, installation: installation(), point, play, check });
}

describe('a rollout by steps, whose executor is killed after any of its writes,', () => {
  it('is promoted, with a new pod for each old one that ends', async () => {
    const shop = story('promoted');
    const writes = await played(shop, 'executor.after-write', async (tag) => {
      expect(await shop.release(tag, four())).toMatchObject({ status: 'promoted' });
      await shop.onlyRuns(tag, 4);
    });
    expect(writes).toBeGreaterThan(3);
  });

  it('is aborted, and goes back to the old template', async () => {
    const shop = story('aborted');
    const writes = await played(shop, 'executor.after-rollback-write', async (tag) => {
      const id = await shop.deploy(tag, four());
      await shop.reaches(id, 'pause');
      await shop.abort(id);
      expect(await shop.ended(id)).toMatchObject({ status: 'rolledBack', reason: { code: 'aborted' } });
      await shop.onlyRuns('v1', 4);
    });
    expect(writes).toBeGreaterThan(1);
  });
});
