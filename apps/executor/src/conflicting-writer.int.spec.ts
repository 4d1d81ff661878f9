import { shop, World } from './testing/world';

const replicasOf = ({ spec }: { readonly spec?: unknown }): number | undefined =>
  (spec as { readonly replicas?: number } | undefined)?.replicas;

describe('an executor with a conflicting writer, on the playground', () => {
  let world: World;

  beforeEach(async () => {
    world = await World.withExecutor();
    await world.request('R1', shop('v1'));
    expect((await world.play('R1')).status).toBe('promoted');
    await world.policy({ progressDeadline: 8 });
  });
  afterEach(() => world.close());

  it('makes few writes if another client keeps undoing its scaling, and rolls back at the deadline', async () => {
    let scaledDown = 0;
    // Reverts within the same write, so that no client ever sees the number of pods that the executor set.
    const unwatch = world.playground.store.watch('deployments.apps', ({ type, object }) => {
      if (type !== 'MODIFIED' || object.metadata.name !== 'web' || replicasOf(object) === 3) return;
      scaledDown += 1;
      world.playground.store.update({ ...object, spec: { ...(object.spec as object), replicas: 3 } });
    });
    await world.request('R2', shop('v2'), 'canary');
    expect(await world.play('R2')).toMatchObject({
      status: 'rolledBack', reason: { code: 'progress_deadline', text: expect.stringContaining('no progress of shiftTraffic') },
    });
    unwatch();
    expect(scaledDown).toBeGreaterThanOrEqual(2);
    expect(scaledDown).toBeLessThan(20);
    expect((await world.live()).web).toMatchObject({ replicas: 3, ready: 3, byRelease: [{ release: 'R1' }] });
    expect(await world.canary()).toBeUndefined();
  });
});
