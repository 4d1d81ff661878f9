import type { Payloads, Reason, StableRef } from '../events';
import type { RequestedStrategy, Strategy } from '../plan';
import { reason } from '../reasons/reason';

export interface ResolvedStrategy {
  readonly strategy: Strategy;
  readonly reason: Reason;
}

/** Whether the release requests a canary, or `auto` chooses one because a stable release exists to compare with. */
export const wantsCanary = (requested: RequestedStrategy, stable: StableRef | null): boolean =>
  requested === 'canary' || (requested === 'auto' && stable !== null && stable.releaseId !== null);

/**
 * `auto` is a canary once Alloy has promoted a version, otherwise a rollout.
 * A canary needs a running version to compare with and to roll back to; without one, even a requested canary becomes a
 * rollout.
 */
export function resolveStrategy(
  requested: RequestedStrategy,
  inspection: Payloads['TargetInspected'],
  stable: StableRef | null,
): ResolvedStrategy {
  const running = inspection.exists && inspection.replicas > 0;
  const evidence = { requested, running, stable: stable?.imageTag ?? null, stableReleaseId: stable?.releaseId ?? null };
  if (requested === 'handBack') {
    const text = running ? 'a project administrator requested it' : 'a project administrator requested it; no pods run';
    return { strategy: 'handBack', reason: reason('asked_for', 'strategy', text, evidence) };
  }
  if (stable === null || !running) {
    const isIdle = stable !== null && inspection.exists && !inspection.isUnscaled;
    const text = isIdle
      ? 'the workload is scaled to 0 pods, so that there is nothing to compare a canary with'
      : requested === 'canary'
        ? 'a canary was requested, but no stable version runs to compare it with'
        : 'no stable version runs to compare a canary with';
    return { strategy: 'rollout', reason: reason('first_release', 'strategy', text, evidence) };
  }
  if (requested !== 'auto') return { strategy: requested, reason: reason('asked_for', 'strategy', `${requested} requested`, evidence) };
  if (wantsCanary(requested, stable))
    return { strategy: 'canary', reason: reason('has_stable', 'strategy', `stable version: ${stable.imageTag}`, evidence) };
  return {
    strategy: 'rollout',
    reason: reason('first_release', 'strategy', `first release over ${stable.imageTag}, which ran before Alloy`, evidence),
  };
}
