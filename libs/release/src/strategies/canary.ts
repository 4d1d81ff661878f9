import type { Plan, Step } from '../plan';
import type { Stage } from '../policy';
import type { CanaryStep } from '../policy-steps';
import { routerOf } from '../routers/registry';
import type { StrategyInput } from './strategy';

/** Stage by stage, or step by step if the policy has steps; then promotion. */
export function canary(input: StrategyInput): Plan {
  const { policy, target, replicas, promoted } = input;
  const base = { target, deadline: policy.progressDeadline };
  return {
    strategy: 'canary',
    ...routerOf(policy).planned(input.inspection),
    replicas,
    steps: [
      { kind: 'apply', ...base },
      ...towardsPromotion(input),
      { kind: 'promote', ...base, replicas: promoted },
      { kind: 'retire', ...base },
    ],
  };
}

function towardsPromotion(input: StrategyInput): readonly Step[] {
  const { stages, policy } = input;
  if (stages) return stages.flatMap((stage) => stageSteps(input, stage));
  return policy.steps ? stepsOf(input, policy.steps) : policy.stages.flatMap((stage) => stageSteps(input, stage));
}

/** Canary pods, traffic, analysis. */
const stageSteps = (input: StrategyInput, stage: Stage): readonly Step[] => [...weigh(input, stage), analyse(input, stage)];

/** The weight of a step is that of the last `setWeight` before it. */
function stepsOf(input: StrategyInput, steps: readonly CanaryStep[]): readonly Step[] {
  const { policy, target } = input;
  let weight = 0;
  return steps.flatMap(({ setWeight, pause, analysis }): readonly Step[] => {
    if (pause) return [{ kind: 'pause', target, deadline: policy.progressDeadline, weight, duration: pause.duration ?? null }];
    if (analysis) return [analyse(input, { ...analysis, weight })];
    weight = setWeight ?? weight;
    return weigh(input, { weight });
  });
}

/** Capacity first, traffic second. */
function weigh({ policy, target, inspection, replicas }: StrategyInput, stage: Pick<Stage, 'weight' | 'replicas'>): readonly Step[] {
  const base = { target, deadline: policy.progressDeadline };
  const pods = routerOf(policy).split(replicas, stage, inspection.hpa);
  return [{ kind: 'scaleCanary', ...base, split: pods }, { kind: 'shiftTraffic', ...base, weight: stage.weight, split: pods }];
}

function analyse(
  { policy, target, mode }: StrategyInput, { weight, duration, deadline = 2 * duration, ...overrides }: Stage & Analysis,
): Step {
  const { replicas: _pods, ...limits } = overrides;
  return {
    kind: 'analyse', target, weight, duration, deadline,
    ...(routerOf(policy).isWeighted && { isWeighted: true as const }),
    ...policy.analysis,
    ...known(limits),
    mode,
    ...(policy.analysis.mode === 'auto' && { modeChosenBy: 'auto' as const }),
  };
}

type Analysis = Partial<Omit<NonNullable<CanaryStep['analysis']>, 'duration' | 'deadline'>>;

const known = (limits: Analysis): { readonly [K in keyof Analysis]?: number } =>
  Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
