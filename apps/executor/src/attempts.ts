import type { ObjectRef } from '@alloy/cluster';
import type { Beat } from '@alloy/ledger';

/** What is being carried out for a release: the decision that began it, and an object that says whether its cluster answers. */
export interface Attempt {
  readonly decision: number;
  readonly object: ObjectRef;
}

export interface AttemptsOptions {
  readonly record: (beats: readonly Beat[]) => Promise<void>;
  /** Why the API server of the object does not answer at this moment; undefined: it does. */
  readonly probe: (object: ObjectRef) => Promise<unknown>;
  /** Monotonic clock, ms. */
  readonly now: () => number;
  /** An attempt that was not taken up again for so long is another replica's, or over. */
  readonly unusedMs: number;
}

/** Ms by the monotonic clock. */
interface Piece {
  readonly from: number;
  readonly to: number;
}

/** A process that did not get on for longer than that was stopped: nothing of it counts. */
const MAX_PIECE_MS = 3_000;

/**
 * The attempts that this executor is at work on, and the proof of it. Time counts only if the process ran through it by its monotonic clock,
 * the cluster answered at its end, and Postgres took it down.
 */
export class Attempts {
  private readonly attempts = new Map<string, Attempt & { readonly since: number; readonly usedAt: number; readonly writing?: Piece }>();
  /** From here on time is not recorded yet. */
  private from: number;
  private signedAt: number;
  private beats = 0;

  constructor(private readonly options: AttemptsOptions) {
    this.from = this.signedAt = options.now();
  }

  /** It is worked on from now on, or still. */
  takeUp(releaseId: string, attempt: Attempt): void {
    const known = this.attempts.get(releaseId);
    const now = this.options.now();
    const isSame = known?.decision === attempt.decision;
    this.attempts.set(releaseId, { ...attempt, since: isSame ? known.since : now, usedAt: now, ...(isSame && known.writing && { writing: known.writing }) });
  }

  /** It is still worked on: it waits for its workload. Idempotent. */
  renew(releaseId: string): void {
    const known = this.attempts.get(releaseId);
    if (known) this.attempts.set(releaseId, { ...known, usedAt: this.options.now() });
  }

  /** A write of it got through just now: since it was taken up, or since the write before, the executor was writing. */
  wrote(releaseId: string, decision: number): void {
    const known = this.attempts.get(releaseId);
    if (known?.decision !== decision) return;
    const now = this.options.now();
    this.attempts.set(releaseId, { ...known, usedAt: now, writing: { from: known.writing?.from ?? known.usedAt, to: now } });
  }

  /** Nothing is left to be done, or it can't be done just now. Idempotent. */
  leave(releaseId: string): void {
    this.attempts.delete(releaseId);
  }

  /** Records the time since the last beat. Rejects if Postgres did not take it down: then that time does not count. Not to be called again before it has ended. */
  async beat(): Promise<void> {
    this.sign();
    this.dropUnused();
    const { from } = this;
    const objects = [...this.attempts.values()].map(({ object }) => object);
    const object = objects[(this.beats += 1) % objects.length];
    const answers = object === undefined || (await this.options.probe(object)) === undefined;
    // A process that was stopped meanwhile has moved `from`.
    this.sign();
    const to = this.signedAt;
    const start = Math.max(from, this.from);
    this.from = to;
    if (answers) await this.record(to, start);
    this.sign();
  }

  private async record(to: number, start: number): Promise<void> {
    const taken = [...this.attempts];
    await this.options.record(taken.map(([releaseId, { decision, since, writing }]) => ({
      releaseId, decision, fromAgoMs: to - Math.min(to, Math.max(since, start)), toAgoMs: 0, ...(writing && { writing: { fromAgoMs: to - writing.from, toAgoMs: to - writing.to } }),
    })));
    for (const [releaseId, { writing }] of taken) this.forgetWriting(releaseId, writing);
  }

  /** What was written since stays. */
  private forgetWriting(releaseId: string, recorded: Piece | undefined): void {
    const { writing, ...attempt } = this.attempts.get(releaseId) ?? {};
    if (!recorded || !writing || !('decision' in attempt)) return;
    this.attempts.set(releaseId, writing.to > recorded.to ? { ...attempt, writing: { from: recorded.to, to: writing.to } } : attempt);
  }

  private sign(): void {
    const now = this.options.now();
    if (now - this.signedAt > MAX_PIECE_MS) this.from = now;
    this.signedAt = now;
  }

  private dropUnused(): void {
    for (const [releaseId, { usedAt }] of this.attempts) if (this.options.now() - usedAt > this.options.unusedMs) this.attempts.delete(releaseId);
  }
}
