import type { PlannedPolicy, Step } from '@alloy/release';
import { at, bundleOf, planOf, type Scenario } from './fixtures';
import type { Rig } from './rig';
import { routed } from './routed';

/** The second release, by the weights of a route and the steps of a policy. */
export const withSteps = (steps: PlannedPolicy['steps']): Scenario => ({ ...routed(5), policy: { steps } });

/** The plan of the scenario, and its execution on a cluster in which all pods become ready. */
export function playing(scenario: Scenario) {
  const steps: readonly Step[] = planOf(scenario).steps;
  const perform = async (rig: Rig, index: number) => {
    const result = await rig.finish(at(scenario, index, 2 + index), bundleOf('v2'), bundleOf('v1'));
    while (rig.settle());
    return result;
  };
  return {
    steps,
    perform,
    /** Index of the n-th step of a kind. */
    indexOf: (kind: string, nth = 0): number => steps.flatMap((step, index) => (step.kind === kind ? [index] : []))[nth]!,
    /** Performs the steps before `until` that write. */
    performUntil: async (rig: Rig, until: number): Promise<void> => {
      for (let index = 0; index < until; index += 1) if (steps[index]!.kind !== 'analyse') await perform(rig, index);
    },
  };
}
