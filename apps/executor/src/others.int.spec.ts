import { shop, World } from './testing/world';

const replicasOf = ({ spec }: { readonly spec?: unknown }): number | undefined => (spec as { readonly replicas?: number } | undefined)?.replicas;

describe('somebody else who writes, too, on the playground', () => {
  let world: World;

  beforeEach(async () => {
    world = new World();
    await world.open();
    await world.startExecutor();
    await world.ask('R1', shop('v1'));
    expect((await world.play('R1')).status).toBe('promoted');
    await world.policy({ progressDeadline: 8 });
  });
  afterEach(() => world.close());

  it('is not fought over the number of pods: few writes, the deadline, and the way back', async () => {
    let scaledDown = 0;
    // At once, so that nobody ever sees what was asked for.
    const unwatch = world.playground.store.watch('deployments.apps', ({ type, object }) => {
      if (type !== 'MODIFIED' || object.metadata.name !== 'web' || replicasOf(object) === 3) return;
      scaledDown += 1;
      world.playground.store.update({ ...object, spec: { ...(object.spec as object), replicas: 3 } });
    });
    await world.ask('R2', shop('v2'), 'canary');
    expect(await world.play('R2')).toMatchObject({ status: 'rolledBack', reason: { code: 'progress_deadline', text: expect.stringContaining('no progress of shiftTraffic') } });
    unwatch();
    expect(scaledDown).toBeGreaterThanOrEqual(2);
    expect(scaledDown).toBeLessThan(20);
    expect((await world.live()).web).toMatchObject({ replicas: 3, ready: 3, byRelease: [{ release: 'R1' }] });
    expect(await world.canary()).toBeUndefined();
  });
});
