import type { ObservedPod } from '@alloy/contracts';

/** The pods of each release as last seen, kept `keepDays` days (default 7) after the last look. */
export interface ObservedPods {
  /** Takes the place of what was seen before. Idempotent. */
  record(releaseId: string, pods: readonly ObservedPod[]): Promise<void>;
  /** Their pods are still as recorded. One statement for all. Idempotent; a release without a record is left out. */
  confirm(releaseIds: readonly string[]): Promise<void>;
  /** undefined: nobody has looked yet, or it is long ago. `observedAt`: ISO 8601, the last look. */
  find(releaseId: string): Promise<{ readonly items: readonly ObservedPod[]; readonly observedAt: string } | undefined>;
}
