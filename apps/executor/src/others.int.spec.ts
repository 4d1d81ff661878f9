import { isDeployment } from '@alloy/cluster';
import type { KubeObject } from '@alloy/contracts';
import { NAMESPACE, shop, World } from './testing/world';

const SLOW = 60_000;

describe('somebody else who writes, too, on the playground', () => {
  let world: World;

  beforeEach(async () => {
    world = new World();
    await world.open({ progressDeadline: 8 });
    await world.startExecutor();
    await world.ask('R1', shop('v1'));
    expect((await world.play('R1')).status).toBe('promoted');
  }, SLOW);
  afterEach(() => world.close(), SLOW);

  it('is not fought over the number of pods: few writes, the deadline, and the way back', async () => {
    let scaledDown = 0;
    const undo = async (object: KubeObject): Promise<void> => {
      if (!isDeployment(object) || object.metadata.name !== 'web' || object.spec.replicas === 3) return;
      scaledDown += 1;
      const ref = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: NAMESPACE, name: object.metadata.name };
      // Whoever was quicker is looked at with the next event.
      await world.cluster.scale(ref, 3, object.metadata.resourceVersion!, 'gitops').catch(() => undefined);
    };
    const watching = world.cluster.watch({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: NAMESPACE }, (event) => {
      if (event.type === 'modified') void undo(event.object);
    });
    await watching.synced;
    await world.ask('R2', shop('v2'), 'canary');
    expect(await world.play('R2')).toMatchObject({ status: 'rolledBack', reason: { code: 'progress_deadline', text: expect.stringContaining('no progress of shiftTraffic') } });
    watching.stop();
    expect(scaledDown).toBeGreaterThanOrEqual(2);
    expect(scaledDown).toBeLessThan(20);
    expect((await world.live()).web).toMatchObject({ replicas: 3, ready: 3, byRelease: [{ release: 'R1' }] });
    expect(await world.canary()).toBeUndefined();
  }, SLOW);
});
