import { accessRefusal, ClusterError, retryability } from '@alloy/cluster';
import { ArtifactUnreadable } from '@alloy/ledger';
import type { Refusal } from '@alloy/release';

/** The refusal in which an error ends the effect; undefined: it may succeed later. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof ArtifactUnreadable) return { code: 'artifact_unreadable', text: error.message };
  if (!(error instanceof ClusterError) || retryability[error.code] !== 'never') return undefined;
  return accessRefusal(error, 'executor') ?? { code: error.code === 'admission_denied' ? 'admission_denied' : 'invalid_object', text: error.message };
}
