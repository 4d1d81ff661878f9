import type { Strategy } from '@alloy/release';
import { describeWrite } from '../perform';
import { at, bundleOf, planOf, type Scenario } from '../testing/fixtures';
import { texts, upTo, v1, withStable } from '../testing/scenarios';
import type { Write } from '../write';

/** A cluster after a rollback that did not finish: stable and canary have the pods of the second split. */
async function afterStuckRollback(replicas: number) {
  const rig = await withStable(replicas);
  await upTo(rig, replicas, 6);
  expect([rig.cluster.readyPods('web'), rig.cluster.readyPods('web-canary')]).toEqual(replicas === 5 ? [3, 3] : [1, 2]);
  rig.onWrite = (write, before, after) =>
    expect([describeWrite(write), after.total >= Math.min(before.total, replicas)]).toEqual([describeWrite(write), true]);
  return rig;
}

const third = (replicas: number, strategy: Strategy): Scenario => ({ releaseId: 'R3', slot: 3, stable: v1, strategy, replicas });
const ofCanary = (writes: readonly Write[]): string[] => texts(writes).filter((text) => text.endsWith('Deployment web-canary'));

describe('a release after a stuck one', () => {
  it.each([
    ['rollout', 5],
    ['rollout', 2],
    ['canary', 2],
  ] as const)('as a %s of %d pods finishes despite the leftover canary, and never has fewer ready pods', async (strategy, replicas) => {
    const rig = await afterStuckRollback(replicas);
    const scenario = third(replicas, strategy);
    const written: Write[] = [];
    for (const [index, step] of planOf(scenario).steps.entries()) {
      if (step.kind === 'analyse') continue;
      const { last, writes } = await rig.finish(at(scenario, index, 2 + index), bundleOf('v3'), bundleOf('v1'));
      expect([step.kind, last.kind]).toEqual([step.kind, 'done']);
      written.push(...writes);
      while (rig.settle());
    }
    expect(ofCanary(written).includes('apply Deployment web-canary')).toBe(strategy === 'canary');
    expect(rig.cluster.find('Deployment', 'web-canary')).toBeUndefined();
    expect(rig.cluster.podsOf('web').map((pod) => pod.metadata.labels?.['alloy.dev/release'])).toEqual(Array(replicas).fill('R3'));
  });

  it('as a canary waits for stable if its first split has fewer pods than are required', async () => {
    const rig = await afterStuckRollback(5);
    await rig.finish(at(third(5, 'canary'), 0, 2), bundleOf('v3'), bundleOf('v1'));
    while (rig.settle());
    expect((await rig.finish(at(third(5, 'canary'), 1, 3), bundleOf('v3'), bundleOf('v1'))).last).toEqual({
      kind: 'wait',
      for: 'stable_ready',
    });
    expect(rig.readyPods()).toEqual({ web: 3, total: 5 });
  });

  it.each<[Strategy, string[]]>([
    ['rollout', []],
    ['canary', ['create Deployment web-canary']],
  ])('as a %s removes the leftover canary at once if stable has enough pods', async (strategy, then) => {
    const rig = await afterStuckRollback(5);
    const web = rig.cluster.find('Deployment', 'web')!;
    await rig.cluster.scale({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, 5, web.metadata.resourceVersion!);
    while (rig.settle());
    const { writes } = await rig.finish(at(third(5, strategy), 0, 2), bundleOf('v3'), bundleOf('v1'));
    expect(ofCanary(writes)).toEqual(['fence Deployment web-canary', 'delete Deployment web-canary', ...then]);
  });
});
