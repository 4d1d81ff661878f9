import type { RunningState, Split, Step } from '@alloy/release';

/** Pods that Alloy has asked for on each track; null: it is about to change them, or has no say. */
export interface ExpectedReplicas {
  readonly stable: number | null;
  readonly canary: number | null;
}

const unsettled: ExpectedReplicas = { stable: null, canary: null };

/** How many pods each Deployment should be set to, as far as the current step leaves that alone by now. */
export function expectedReplicas(state: RunningState): ExpectedReplicas {
  const { current, plan } = state;
  if (!current) return unsettled;
  const { spec, effectDone } = current;
  const split = splitBefore(plan.steps.slice(0, current.ref.step));
  const stable = stableAt(state, split);
  switch (spec.kind) {
    case 'scaleCanary':
      return { stable, canary: effectDone ? spec.split.canary : null };
    case 'analyse':
      return { stable, canary: split?.canary ?? null };
    case 'apply':
    case 'promote':
    case 'shiftTraffic':
    case 'retire':
    case 'rollback':
      return unsettled;
  }
}

/** The split that the last finished shift asked for. */
const splitBefore = (steps: readonly Step[]): Split | undefined => steps.filter((step) => step.kind === 'shiftTraffic').at(-1)?.split;

/** Before the first shift Alloy has not asked for anything. Behind an autoscaler stable keeps its size: the weight that was reached tells which of the two it was. */
function stableAt({ plan: { replicas }, weights: { reached } }: RunningState, split: Split | undefined): number | null {
  if (!split) return null;
  const off = (stable: number): number => Math.abs((reached ?? 0) - (100 * split.canary) / (split.canary + stable));
  return off(replicas) < off(split.stable) ? replicas : split.stable;
}
