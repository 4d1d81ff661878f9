import type { Plan, Split, Step } from '../plan';
import type { Stage } from '../policy';
import type { CanaryScale, CanaryStep } from '../policy-steps';
import { routerOf } from '../routers/registry';
import { analyse } from './analyse';
import { experimentSteps } from './experiment';
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
const stageSteps = (input: StrategyInput, stage: Stage): readonly Step[] =>
  [...weigh(input, stage.weight, podsOf(input, stage)), analyse(input, stage, routerOf(input.policy).isWeighted)];

/** What the canary has after a step. */
interface Reached {
  readonly weight: number;
  /** Number of pods that the last `setCanaryScale` asks for; undefined: those that the weight needs. */
  readonly scale?: number | undefined;
  readonly pods?: Split;
}

/** The weight of a step is that of the last `setWeight` before it. */
function stepsOf(input: StrategyInput, steps: readonly CanaryStep[]): readonly Step[] {
  const { policy, target } = input;
  let now: Reached = { weight: 0 };
  return steps.flatMap(({ setWeight, setCanaryScale, setHeaderRoute, setMirrorRoute, pause, analysis, experiment }): readonly Step[] => {
    const { weight } = now;
    if (pause) return [{ kind: 'pause', target, deadline: policy.progressDeadline, weight, duration: pause.duration ?? null }];
    if (analysis) return [analyse(input, { ...analysis, weight }, routerOf(policy).isWeighted)];
    if (experiment) return experimentSteps(input, analyse(input, { ...experiment, weight }, false), now.pods!.canary);
    const before = now;
    if (setHeaderRoute ?? setMirrorRoute) {
      now = { ...now, pods: now.pods ?? podsOf(input, { weight, replicas: now.scale }) };
      return [...(before.pods ? [] : [scaleCanary(input, now.pods!)]), routeStep(input, { setHeaderRoute, setMirrorRoute }, now)];
    }
    now = setCanaryScale
      ? { ...now, scale: scaleOf(setCanaryScale, input.replicas) }
      : { ...now, weight: setWeight ?? weight };
    // Without a weight there is nothing to match yet: the next `setWeight` sizes the canary.
    if (now.weight === 0 && now.scale === undefined) return [];
    now = { ...now, pods: podsOf(input, { weight: now.weight, replicas: now.scale }) };
    return setCanaryScale ? [scaleCanary(input, now.pods!)] : shift(input, before, now);
  });
}

/** With the pods and the weight that the canary has already. */
function routeStep(
  { policy, target }: StrategyInput, { setHeaderRoute: header, setMirrorRoute: mirror }: CanaryStep, { weight, pods }: Reached,
): Step {
  const base = { target, deadline: policy.progressDeadline, weight, split: pods!, match: (header ?? mirror)?.match ?? null };
  if (header) return { kind: 'setHeaderRoute', ...base, name: header.name };
  return { kind: 'setMirrorRoute', ...base, name: mirror!.name, percentage: mirror!.percentage ?? null };
}

const scaleOf = ({ replicas, weight }: CanaryScale, stable: number): number | undefined =>
  replicas ?? (weight === undefined ? undefined : Math.max(1, Math.ceil((weight * stable) / 100)));

/** Capacity first, traffic second, and last the pods that the canary needs no more. */
function shift(input: StrategyInput, before: Reached, { weight, pods }: Reached): readonly Step[] {
  const isSmaller = before.pods !== undefined && before.pods.canary > pods!.canary;
  if (!isSmaller) return weigh(input, weight, pods!);
  return [...weigh(input, weight, { ...pods!, canary: before.pods!.canary }), scaleCanary(input, pods!)];
}

function podsOf({ policy, inspection, replicas }: StrategyInput, stage: Pick<Stage, 'weight' | 'replicas'>): Split {
  const router = routerOf(policy);
  const pods = router.split(replicas, stage, inspection.hpa);
  // An autoscaler of stable scales it by its load anyway.
  const isDynamic = policy.canary?.dynamicStableScale === true && router.isWeighted && !inspection.hpa;
  return isDynamic ? { ...pods, stable: Math.max(1, Math.ceil(((100 - stage.weight) * replicas) / 100)) } : pods;
}

const scaleCanary = ({ policy, target }: StrategyInput, pods: Split): Step =>
  ({ kind: 'scaleCanary', target, deadline: policy.progressDeadline, split: pods });

/** Capacity first, traffic second. */
const weigh = (input: StrategyInput, weight: number, pods: Split): readonly Step[] => [
  scaleCanary(input, pods),
  { kind: 'shiftTraffic', target: input.target, deadline: input.policy.progressDeadline, weight, split: pods },
];
