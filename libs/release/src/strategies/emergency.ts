import type { Payloads, StableRef } from '../events';
import type { Plan } from '../plan';
import { reason } from '../reasons/reason';
import type { ResolvedStrategy } from './resolve-strategy';

/** A rollout, whatever was requested and whatever the policy chooses. */
export const emergency = ({ reason: why = null, strategy }: Payloads['ReleaseRequested'], stable: StableRef | null): ResolvedStrategy => ({
  strategy: 'rollout',
  reason: reason('emergency', 'request', `emergency${why === null ? '' : `: ${why}`}; no stages, and it does not wait for ready pods`, {
    requested: strategy, stable: stable?.imageTag ?? null, reason: why,
  }),
});

/**
 * The plan without waiting for pods. It prunes nothing: pods of the old version may still need what the new one does
 * not have.
 */
export const withoutWaiting = ({ prune: _, ...plan }: Plan): Plan => ({
  ...plan,
  steps: plan.steps.map((step) => (step.kind === 'promote' || step.kind === 'retire' ? { ...step, waits: false } : step)),
});
