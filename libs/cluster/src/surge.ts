import type { RunningState } from '@alloy/release';

/** Number of canary pods that may start at the same time. */
export function surgeOf({ policy, plan }: Pick<RunningState, 'policy' | 'plan'>): number {
  const { maxSurge } = policy.canary ?? {};
  if (typeof maxSurge !== 'string') return maxSurge ?? Infinity;
  return Math.max(1, Math.ceil((Number.parseInt(maxSurge, 10) * plan.replicas) / 100));
}
