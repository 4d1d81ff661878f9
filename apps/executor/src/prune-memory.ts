import { ClusterError, keyOfRef, type PruneProgress, type Write } from '@alloy/cluster';

type Deletion = Extract<Write, { verb: 'delete' }>;

interface Memory extends PruneProgress {
  readonly decision: number;
  readonly failures: ReadonlyMap<string, number>;
}

/** Number of attempts while another client keeps changing the object, or the API server fails. */
const ATTEMPTS = 5;

/**
 * What each release has deleted in its current decision that its step does not depend on, and what the API server has
 * refused to delete. A restart resets it: then a refused deletion is tried again.
 */
export class PruneMemory {
  private readonly releases = new Map<string, Memory>();

  of(releaseId: string, decision: number): PruneProgress {
    return this.memory(releaseId, decision);
  }

  /** The deletion has succeeded. */
  deleted(releaseId: string, decision: number, { ref: { apiVersion, kind, name }, uid }: Deletion): void {
    const known = this.memory(releaseId, decision);
    this.releases.set(releaseId, { ...known, deleted: [...known.deleted, { apiVersion, kind, name, uid }] });
  }

  /**
   * Whether the step continues after the deletion has failed with `error`: it is tried again after a live read, or the
   * object is left. False: the executor has to try again later, as for any other write.
   */
  refused(releaseId: string, decision: number, { ref }: Deletion, error: unknown): boolean {
    if (!(error instanceof ClusterError) || ['unreachable', 'too_many_requests', 'unauthorized'].includes(error.code)) return false;
    const known = this.memory(releaseId, decision);
    const key = keyOfRef(ref);
    const times = (known.failures.get(key) ?? 0) + 1;
    if (error.retryable && times < ATTEMPTS) {
      this.releases.set(releaseId, { ...known, failures: new Map([...known.failures, [key, times]]) });
      return true;
    }
    const why = `the API server refused its deletion: ${error.message}`;
    this.releases.set(releaseId, { ...known, refused: new Map([...known.refused, [key, why]]) });
    return true;
  }

  /** Forgets the release, because the executor has carried out the decision. Idempotent. */
  forget(releaseId: string): void {
    this.releases.delete(releaseId);
  }

  private memory(releaseId: string, decision: number): Memory {
    const known = this.releases.get(releaseId);
    return known?.decision === decision ? known : { decision, refused: new Map(), deleted: [], failures: new Map() };
  }
}
