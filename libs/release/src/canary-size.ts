import { hasCanary, isShift, type Plan, type Split, type Step } from './plan';
import { plannedRouters } from './routers/registry';
import type { RunningState } from './state';

/**
 * Whether stable's number of pods is not Alloy's before the promotion, so that the canary is sized by what stable has
 * at the time: a route divides the traffic, or an autoscaler scales the workload.
 */
const followsStable = ({ router, autoscaler, replicas, steps }: Plan): boolean =>
  // Both versions in one Deployment: its controller divides the pods.
  hasCanary({ steps }) &&
  (autoscaler !== undefined ||
    // With `dynamicStableScale` Alloy scales stable itself.
    (plannedRouters[router].isWeighted && steps.every((step) => !('split' in step) || step.split.stable >= replicas)));

/** Weight of the canary for which a step needs its pods. */
function weightOf({ steps }: Plan, index: number): number {
  const step = steps[index];
  if (step && 'weight' in step) return step.weight;
  const next = steps[index + 1];
  if (next && isShift(next)) return next.weight;
  return steps.slice(0, index).findLast(isShift)?.weight ?? 0;
}

/** The split that the plan has at a step: that of the last step that sets one. */
const plannedSplit = ({ steps }: Plan, index: number): Split | undefined =>
  steps.slice(0, index + 1).flatMap((step) => ('split' in step ? [step.split] : [])).at(-1);

/** Stable's number of pods, as far as it is known. */
export const stablePodsOf = ({ stablePods, plan }: Pick<RunningState, 'stablePods' | 'plan'>): number => stablePods ?? plan.replicas;

/** Pods that the whole traffic needs, as far as it is known. */
export const demandOf = ({ demand, plan }: Pick<RunningState, 'demand' | 'plan'>): number => demand ?? plan.replicas;

/** From this part of the traffic on, stable's pods show nothing about the rest. */
const LEAST_SHARE = 0.02;

/**
 * Pods that the whole traffic needs once stable has `to` pods. An autoscaler that measures only stable's pods sizes it
 * for stable's share s of the traffic, so the whole needs at most to/s. It has scaled out for a load that is there; it
 * scales in also because the canary has taken traffic away, which changes nothing in the whole: therefore a scale-in
 * only limits the estimate.
 */
export function demandAfter(state: Pick<RunningState, 'stablePods' | 'demand' | 'plan' | 'weights'>, to: number): number {
  const { plan: { autoscaler }, weights: { reached } } = state;
  if (autoscaler?.measures !== 'stablePods') return to;
  const share = 1 - (reached ?? 0) / 100;
  if (share < LEAST_SHARE) return demandOf(state);
  const whole = Math.min(to / share, Math.max(to, autoscaler.max ?? Infinity));
  return to > stablePodsOf(state) ? whole : Math.min(demandOf(state), whole);
}

/**
 * The split of the plan's step `index`. The canary never has fewer pods than the policy asks for. An autoscaler that
 * counts the canary's pods may have scaled stable because of them: the canary then follows stable only to fewer pods,
 * because otherwise each would make the other grow.
 */
export function splitFor(state: Pick<RunningState, 'stablePods' | 'demand' | 'plan'>, index: number): Split | undefined {
  const { plan } = state;
  const planned = plannedSplit(plan, index);
  if (!planned || !followsStable(plan)) return undefined;
  const share = weightOf(plan, index) / 100;
  const asked = planned.canary > Math.ceil(share * plan.replicas) ? planned.canary : 1;
  const demand = plan.autoscaler?.measures === 'allPods' ? Math.min(demandOf(state), plan.replicas) : demandOf(state);
  return { canary: Math.max(asked, Math.ceil(rounded(share * demand))), stable: stablePodsOf(state) };
}

/** Without the error of a product of fractions. */
const rounded = (value: number): number => Math.round(value * 1e6) / 1e6;

/** The pods that both tracks should have now; undefined: the canary has none yet. */
export const splitNow = ({ plan, split, current, done }: RunningState): Split | undefined =>
  split ?? plannedSplit(plan, current?.ref.step ?? done - 1);

/**
 * The split that the step in progress needs for the pods that stable has now; undefined: the canary has the right
 * number of pods, or the step does not depend on it.
 */
export function resizedTo(state: RunningState): Split | undefined {
  const { status, current, stablePods } = state;
  if (stablePods === undefined || status !== 'releasing' || !current || !isSized(current.spec)) return undefined;
  const [now, wanted] = [splitNow(state), splitFor(state, current.ref.step)];
  return now && wanted && now.canary !== wanted.canary ? wanted : undefined;
}

/** An experiment keeps its pods, so that the canary and the baseline stay equal. */
const isSized = (spec: { readonly kind: string; readonly baseline?: true }): boolean =>
  isShift(spec) || spec.kind === 'scaleCanary' || (spec.kind === 'analyse' && !spec.baseline) || spec.kind === 'pause';

/** The plan's step `index` with the numbers of pods of the time; undefined: there is none. */
export function plannedAt(state: Pick<RunningState, 'stablePods' | 'demand' | 'plan' | 'split'>, index: number): Step | undefined {
  const { plan, stablePods } = state;
  const planned = plan.steps[index];
  if (!planned || stablePods === undefined) return planned;
  // As many as the canary has, which an earlier step may have sized again.
  if (planned.kind === 'scaleBaseline' && planned.replicas > 0)
    return { ...planned, replicas: (state.split ?? plannedSplit(plan, index))?.canary ?? planned.replicas };
  const split = 'split' in planned ? splitFor(state, index) : undefined;
  return split && 'split' in planned ? { ...planned, split } : planned;
}

/** Whether the watcher records that stable has `to` pods now. */
export function isStableScaled(state: RunningState, to: number): boolean {
  const { status, current, plan } = state;
  return status === 'releasing' && current !== null && isSized(current.spec) && followsStable(plan) &&
    to > 0 && to !== stablePodsOf(state);
}
