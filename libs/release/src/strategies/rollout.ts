import type { Plan, Step } from '../plan';
import { isZeroBound, type RolloutPolicy, type RolloutStep } from '../policy-rollout';
import { leftRouter } from '../routers/registry';
import { analyse } from './analyse';
import { partition, podsOfBound } from './partition';
import type { StrategyInput } from './strategy';

/**
 * Updates the workload itself, pod by pod, and waits until it is ready. With steps of the policy it stops at their
 * weights.
 */
export function rollout(input: StrategyInput): Plan {
  const { policy, target, inspection, replicas, promoted } = input;
  const base = { target, deadline: policy.progressDeadline };
  const { maxSurge, maxUnavailable, steps = [] } = rolloutOf(input);
  const bounds = { ...(maxSurge !== undefined && { maxSurge }), ...(maxUnavailable !== undefined && { maxUnavailable }) };
  return {
    strategy: 'rollout',
    ...leftRouter(policy, inspection).planned(inspection),
    replicas,
    steps: [
      { kind: 'apply', ...base },
      ...stepsOf(input, steps),
      { kind: 'promote', ...base, replicas: promoted, ...(Object.keys(bounds).length > 0 && { rollingUpdate: bounds }) },
      { kind: 'retire', ...base },
    ],
  };
}

function rolloutOf({ policy: { rollout: asked = {} }, inOneGo, isExpedited }: StrategyInput): RolloutPolicy {
  const { steps: _steps, ...bounds } = asked;
  return isExpedited ? {} : inOneGo ? bounds : asked;
}

function stepsOf(input: StrategyInput, steps: readonly RolloutStep[]): readonly Step[] {
  const { policy, target } = input;
  const base = { target, deadline: policy.progressDeadline };
  let weight = 0;
  return steps.map(({ setWeight, pause, analysis }): Step => {
    if (pause) return { kind: 'pause', ...base, weight, duration: pause.duration ?? null };
    if (analysis) return analyse(input, { ...analysis, weight }, false);
    weight = setWeight!;
    const stop = partition(input.replicas, weight, surgeOf(input));
    return { kind: 'setPartition', ...base, weight, ...stop, maxUnavailable: missingOf(input) };
  });
}

/** Default of Kubernetes. */
const SURGE = '25%';

/** At least one pod, unless the policy allows missing ones: capacity first. */
function surgeOf(input: StrategyInput): number {
  const { policy: { rollout: asked = {} }, inspection, replicas } = input;
  const surge = podsOfBound(asked.maxSurge ?? inspection.maxSurge ?? SURGE, replicas, Math.ceil);
  return surge === 0 && missingOf(input) === 0 ? 1 : surge;
}

/** Without additional pods at least one may be missing, as Kubernetes has it. */
function missingOf({ policy: { rollout: { maxSurge, maxUnavailable = 0 } = {} }, replicas }: StrategyInput): number {
  const missing = podsOfBound(maxUnavailable, replicas, Math.floor);
  return missing === 0 && isZeroBound(maxSurge) ? 1 : missing;
}
