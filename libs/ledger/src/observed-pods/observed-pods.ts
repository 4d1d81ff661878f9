import type { ObservedPod } from '@alloy/contracts';

/** The pods of each release as last observed, kept `keepDays` days (default 7) after the last observation. */
export interface ObservedPods {
  /** Replaces the previous record. Idempotent. */
  record(releaseId: string, pods: readonly ObservedPod[]): Promise<void>;
  /**
   * Confirms that the pods are still as recorded, with one statement for all releases. Idempotent; a release without a
   * record is skipped.
   */
  confirm(releaseIds: readonly string[]): Promise<void>;
  /** undefined: not observed yet, or long ago. `observedAt`: ISO 8601, the last observation. */
  find(releaseId: string): Promise<{ readonly items: readonly ObservedPod[]; readonly observedAt: string } | undefined>;
}
