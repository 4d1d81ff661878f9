import type { Heartbeats, Worker } from '@alloy/release';

/**
 * A time span in which a worker worked on the attempt that `decision` started. Milliseconds before now; `fromAgoMs` ≥
 * `toAgoMs`.
 */
export interface Beat {
  readonly releaseId: string;
  readonly decision: number;
  readonly fromAgoMs: number;
  readonly toAgoMs: number;
  /**
   * The span, from the first read to the last response, of successful writes; default none. It may start before the
   * beat.
   */
  readonly writing?: { readonly fromAgoMs: number; readonly toAgoMs: number };
}

/**
 * When executor and watcher were working: one row for each service and release, about its latest attempt, kept
 * `keepDays` days (default 7) after its last beat.
 */
export interface HeartbeatStore {
  /**
   * Adds to the recorded spans of the attempt; at most one beat per release. Ignores a beat of an earlier attempt than
   * the recorded one. Times are Postgres' clock. Safe to retry.
   */
  record(worker: Worker, beats: readonly Beat[]): Promise<void>;
  /** Empty: no service has worked on it. */
  find(releaseId: string): Promise<Heartbeats>;
}
