import type { ObjectRef } from '@alloy/cluster';
import type { Beat } from '@alloy/ledger';

/**
 * What the executor carries out for a release: the decision that began it, and an object whose reading shows whether
 * the cluster answers.
 */
export interface Attempt {
  readonly decision: number;
  readonly object: ObjectRef;
}

export interface AttemptsOptions {
  readonly record: (beats: readonly Beat[]) => Promise<void>;
  /** Why the API server of the object does not answer now; undefined: it answers. */
  readonly probe: (object: ObjectRef) => Promise<unknown>;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** After this many ms without `track` or `renew` the attempt has ended, or another replica carries it out. */
  readonly unusedMs: number;
}

/** Ms by the monotonic clock. */
interface Interval {
  readonly from: number;
  readonly to: number;
}

interface Tracked extends Attempt {
  readonly since: number;
  readonly usedAt: number;
  /** Time spent on writes that is not recorded yet. */
  readonly writing?: Interval;
}

/** A longer gap between two signs of progress means that the process was stopped: none of it counts. */
const MAX_GAP_MS = 3_000;

/**
 * The attempts that this executor works on, with their heartbeats. Time counts only if the process ran during it by its
 * monotonic clock, the cluster answered at its end, and Postgres stored it.
 */
export class Attempts {
  private readonly attempts = new Map<string, Tracked>();
  /** Start of the time that is not recorded yet. */
  private from: number;
  private lastProgressAt: number;
  private beats = 0;

  constructor(private readonly options: AttemptsOptions) {
    this.from = this.lastProgressAt = options.now();
  }

  /** The executor starts or continues to work on the attempt. Idempotent. */
  track(releaseId: string, attempt: Attempt): void {
    const known = this.attempts.get(releaseId);
    const now = this.options.now();
    const isSame = known?.decision === attempt.decision;
    const writing = isSame ? known.writing : undefined;
    this.attempts.set(releaseId, { ...attempt, since: isSame ? known.since : now, usedAt: now, ...(writing && { writing }) });
  }

  /** The executor still works on the attempt, which waits for its workload. Idempotent. */
  renew(releaseId: string): void {
    const known = this.attempts.get(releaseId);
    if (known) this.attempts.set(releaseId, { ...known, usedAt: this.options.now() });
  }

  /**
   * A write of the attempt has just succeeded: the executor was writing since the previous write, or since it tracked
   * the attempt.
   */
  wrote(releaseId: string, decision: number): void {
    const known = this.attempts.get(releaseId);
    if (known?.decision !== decision) return;
    const now = this.options.now();
    this.attempts.set(releaseId, { ...known, usedAt: now, writing: { from: known.writing?.from ?? known.usedAt, to: now } });
  }

  /** The executor stops working on the release: the attempt is done, or the cluster is unavailable. Idempotent. */
  leave(releaseId: string): void {
    this.attempts.delete(releaseId);
  }

  /**
   * Records the time since the last heartbeat. Rejects if Postgres did not store it: then that time does not count. The
   * caller must wait for the end of one call before the next.
   */
  async beat(): Promise<void> {
    this.noteProgress();
    this.dropUnused();
    const { from } = this;
    const objects = [...this.attempts.values()].map(({ object }) => object);
    const object = objects[(this.beats += 1) % objects.length];
    const answers = object === undefined || (await this.options.probe(object)) === undefined;
    // Moves `from` if the process was stopped during the probe.
    this.noteProgress();
    const to = this.lastProgressAt;
    const start = Math.max(from, this.from);
    this.from = to;
    if (answers) await this.record(to, start);
    this.noteProgress();
  }

  private async record(to: number, start: number): Promise<void> {
    const taken = [...this.attempts];
    await this.options.record(taken.map(([releaseId, { decision, since, writing }]) => ({
      releaseId, decision,
      fromAgoMs: to - Math.min(to, Math.max(since, start)),
      toAgoMs: 0,
      ...(writing && { writing: { fromAgoMs: to - writing.from, toAgoMs: to - writing.to } }),
    })));
    for (const [releaseId, { writing }] of taken) this.forgetWriting(releaseId, writing);
  }

  /** Keeps what the executor wrote after the recorded interval. */
  private forgetWriting(releaseId: string, recorded: Interval | undefined): void {
    const { writing, ...attempt } = this.attempts.get(releaseId) ?? {};
    if (!recorded || !writing || !('decision' in attempt)) return;
    const rest = writing.to > recorded.to && { writing: { from: recorded.to, to: writing.to } };
    this.attempts.set(releaseId, { ...attempt, ...rest });
  }

  private noteProgress(): void {
    const now = this.options.now();
    if (now - this.lastProgressAt > MAX_GAP_MS) this.from = now;
    this.lastProgressAt = now;
  }

  private dropUnused(): void {
    const { now, unusedMs } = this.options;
    for (const [releaseId, { usedAt }] of this.attempts) if (now() - usedAt > unusedMs) this.attempts.delete(releaseId);
  }
}
