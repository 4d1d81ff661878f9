import type { Split, StableRef } from '@alloy/release';
import { describeWrite } from '../perform';
import type { Write } from '../write';
import { at, bundleOf, planOf, type Scenario } from './fixtures';
import { Rig } from './rig';

export const v1: StableRef = { releaseId: 'R1', artifact: 'R1', image: 'shop', imageTag: 'v1' };
/** The first release, which releases v1. */
export const first = (replicas: number): Scenario => ({ releaseId: 'R1', slot: 1, stable: null, strategy: 'rollout', replicas });
/** The second release, which releases v2 as a canary. */
export const second = (replicas: number): Scenario => ({ releaseId: 'R2', slot: 2, stable: v1, strategy: 'canary', replicas });
/** Share of stable in the pods, which with podRatio is its share in the traffic. */
export const shareOf = ({ canary, stable }: Split): number => stable / (canary + stable);
export const texts = (writes: readonly Write[]): string[] => writes.map(describeWrite);

/** A cluster in which Alloy has released v1. */
export async function withStable(replicas: number): Promise<Rig> {
  const rig = new Rig();
  const steps = planOf(first(replicas)).steps;
  for (const [index] of steps.entries()) await rig.finish(at(first(replicas), index, 2 + index), bundleOf('v1'), null);
  while (rig.settle());
  return rig;
}

/** The same with an experiment at half of the traffic. */
export const withExperiment = (replicas: number): Scenario => ({
  ...second(replicas), policy: { steps: [{ setWeight: 50 }, { experiment: { duration: 5 } }, { setWeight: 80 }] },
});

/** Performs the steps of the second release before index `until`. Returns the writes. */
export async function upTo(rig: Rig, replicas: number, until: number, scenario = second(replicas)): Promise<string[]> {
  const done: string[] = [];
  for (let index = 0; index < until; index += 1) {
    if (planOf(scenario).steps[index]!.kind === 'analyse') continue;
    const { writes } = await rig.finish(at(scenario, index, 2 + index), bundleOf('v2'), bundleOf('v1'));
    while (rig.settle());
    done.push(...texts(writes));
  }
  return done;
}
