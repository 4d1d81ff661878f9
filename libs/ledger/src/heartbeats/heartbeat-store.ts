import type { Heartbeats, Worker } from '@alloy/release';

/** A piece of time in which a worker was at work on the attempt that `decision` began. Milliseconds before now; `fromAgoMs` ≥ `toAgoMs`. */
export interface Beat {
  readonly releaseId: string;
  readonly decision: number;
  readonly fromAgoMs: number;
  readonly toAgoMs: number;
  /** The piece, from the first read to the last answer, in which writes were made that got through; default none. It may have begun before the beat. */
  readonly writing?: { readonly fromAgoMs: number; readonly toAgoMs: number };
}

/** When executor and watcher were at work: one row for each of them and release, about its latest attempt, kept `keepDays` days (default 7) after its last beat. */
export interface HeartbeatStore {
  /** Adds to what is known of the attempt; one beat at most for each release. A beat of an earlier attempt than the known one is ignored. Times are Postgres' clock. Safe to retry. */
  record(worker: Worker, beats: readonly Beat[]): Promise<void>;
  /** Empty: nobody was ever at work on it. */
  find(releaseId: string): Promise<Heartbeats>;
}
