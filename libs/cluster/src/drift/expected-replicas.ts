import { isEffectOpen, plannedRouters, type RunningState, type Split, type Step } from '@alloy/release';

/**
 * Number of pods that Alloy has requested for each track. Null: Alloy is changing the number, or has requested none.
 */
export interface ExpectedReplicas {
  readonly stable: number | null;
  readonly canary: number | null;
}

const unsettled: ExpectedReplicas = { stable: null, canary: null };

/** Number of pods that each Deployment should have, if the current step does not change it any more. */
export function expectedReplicas(state: RunningState): ExpectedReplicas {
  const { current, plan } = state;
  if (!current) return unsettled;
  const { spec, effectDone } = current;
  const before = plan.steps.slice(0, current.ref.step);
  const stable = stableAt(state, shiftBefore(before));
  switch (spec.kind) {
    case 'scaleCanary':
      return { stable, canary: effectDone ? spec.split.canary : null };
    case 'setHeaderRoute':
    case 'setMirrorRoute':
    case 'scaleBaseline':
    case 'analyse':
    case 'pause':
      return { stable, canary: isEffectOpen(current) ? null : (state.split?.canary ?? canaryBefore(before)) };
    case 'apply':
    case 'setPartition':
    case 'promote':
    case 'shiftTraffic':
    case 'retire':
    case 'handBack':
    case 'rollback':
    case 'scaleDownCanary':
      return unsettled;
  }
}

/** The split that the last finished shift requested. */
const shiftBefore = (steps: readonly Step[]): Split | undefined => steps.filter((step) => step.kind === 'shiftTraffic').at(-1)?.split;

/** Number of canary pods that the last finished step requested, which may have scaled the canary alone. */
const canaryBefore = (steps: readonly Step[]): number | null =>
  steps.filter((step) => step.kind === 'shiftTraffic' || step.kind === 'scaleCanary').at(-1)?.split.canary ?? null;

/**
 * Number of stable pods; null before the first shift, when Alloy has requested none. With an autoscaler a shift does
 * not scale stable down. The weight that the shift reached shows whether it did.
 */
function stableAt(
  { plan: { replicas, router }, weights: { reached }, stablePods }: RunningState, split: Split | undefined,
): number | null {
  if (!split) return null;
  if (stablePods !== undefined) return stablePods;
  // Its weights say nothing of pods.
  if (plannedRouters[router].isWeighted) return split.stable;
  const off = (stable: number): number => Math.abs((reached ?? 0) - (100 * split.canary) / (split.canary + stable));
  return off(replicas) < off(split.stable) ? replicas : split.stable;
}
