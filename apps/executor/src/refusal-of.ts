import { accessRefusal, ClusterError } from '@alloy/cluster';
import { ArtifactUnreadable } from '@alloy/ledger';
import type { Refusal } from '@alloy/release';

/**
 * Why the cluster or the keystore refuses the effect; undefined: the effect may succeed later without a change by a
 * user.
 */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof ArtifactUnreadable) return { code: 'artifact_unreadable', text: error.message };
  if (!(error instanceof ClusterError) || error.retryable) return undefined;
  return accessRefusal(error, 'executor') ?? {
    code: error.code === 'admission_denied' ? 'admission_denied' : 'invalid_object', text: error.message,
  };
}

/**
 * The refusal that ends the effect at once; undefined: none does. A missing right (403) ends the effect only after some
 * time, see `AccessFailures`: an API server that has just started answers 403 until it has read its roles.
 */
export function finalRefusalOf(error: unknown): Refusal | undefined {
  const refusal = refusalOf(error);
  return refusal?.code === 'forbidden' ? undefined : refusal;
}
