import type { Hold } from './hold';
import type { WhenBusy } from './policy';
import type { Status } from './state';
import type { Waiting } from './waiting';

/** The prospect of a release that would be posted now. */
export type Prospect = 'starts' | 'supersedes' | 'waits' | 'rejected';

/** Why it would not start immediately; later versions may add codes. */
export interface WindowReason {
  readonly code: 'slot_taken' | 'queue' | 'on_hold';
  readonly text: string;
}

/** Whether a release may start now. */
export interface ReleaseWindow {
  readonly project: string;
  readonly environment: string;
  /** It would start immediately, possibly in place of the running release. */
  readonly open: boolean;
  readonly prospect: Prospect;
  readonly whenBusy: WhenBusy;
  /** Empty if it is open. */
  readonly reasons: readonly WindowReason[];
  /** The release that holds the slot. */
  readonly running: RunningRelease | null;
  /** The hold by which a new version waits until a user lifts it; null: there is none. */
  readonly hold: Hold | null;
  /** Number of releases that wait for the slot. */
  readonly waiting: number;
  /** When it opens without an action, ISO 8601; null: unknown. */
  readonly opensAt: string | null;
}

export interface RunningRelease {
  readonly id: string;
  readonly status: Status;
  readonly imageTag: string;
  /** It is expedited: only another expedited release preempts it. */
  readonly urgent: boolean;
  /** What it waits for, and who can let it continue; null: nothing. */
  readonly waiting: Waiting | null;
}
