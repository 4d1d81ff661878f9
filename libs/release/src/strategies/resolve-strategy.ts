import type { Payloads, Reason, StableRef } from '../events';
import type { RequestedStrategy, Strategy } from '../plan';
import { reason } from '../reasons/reason';

export interface ResolvedStrategy {
  readonly strategy: Strategy;
  readonly reason: Reason;
}

/** Whether a canary is requested, or `auto` chooses one, if a version runs that the canary can be compared with. */
export const wantsCanary = (requested: RequestedStrategy, stable: StableRef | null): boolean =>
  requested === 'canary' || (requested === 'auto' && stable !== null && stable.releaseId !== null);

/**
 * `auto` is a canary once Alloy has promoted a version, else a rollout.
 * A canary needs something that runs to be compared with and to go back to; without, even one that was asked for is a rollout.
 */
export function resolveStrategy(requested: RequestedStrategy, inspection: Payloads['TargetInspected'], stable: StableRef | null): ResolvedStrategy {
  const running = inspection.exists && inspection.replicas > 0;
  const evidence = { requested, running, stable: stable?.imageTag ?? null, stableReleaseId: stable?.releaseId ?? null };
  if (stable === null || !running) {
    const text = requested === 'canary' ? 'a rollout, although a canary was asked for' : 'a rollout';
    return { strategy: 'rollout', reason: reason('first_release', 'strategy', `${text}: no stable version runs yet that a canary could be compared with`, evidence) };
  }
  if (requested !== 'auto') return { strategy: requested, reason: reason('asked_for', 'strategy', `a ${requested}, as asked for`, evidence) };
  if (wantsCanary(requested, stable)) return { strategy: 'canary', reason: reason('has_stable', 'strategy', `a canary: ${stable.imageTag} is the stable version`, evidence) };
  return { strategy: 'rollout', reason: reason('first_release', 'strategy', `a rollout: the first release over ${stable.imageTag}, which ran before Alloy`, evidence) };
}
