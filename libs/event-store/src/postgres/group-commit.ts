import type { StoredEvent } from '@alloy/contracts';
import { VersionConflict, type StreamAppend } from '../ports';
import type { Outcome } from './append-events';
import { failureOf } from './failure';

export interface GroupCommitOptions {
  /** Runs one transaction. `whole`: all appends or none. */
  readonly commit: (appends: readonly StreamAppend[], whole: boolean) => Promise<readonly Outcome[]>;
  /**
   * Maximum number of concurrent transactions; default 2: while Postgres works on one, this process prepares or
   * evaluates the other. More would only make the groups smaller.
   */
  readonly lanes?: number;
  /** A transaction that takes longer no longer delays the others; ms, default 50. */
  readonly patienceMs?: number;
}

interface Job {
  readonly appends: readonly StreamAppend[];
  /** In a separate transaction. */
  alone: boolean;
  readonly resolve: (events: readonly StoredEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Maximum number of appends in one transaction. */
const MOST = 64;
/** Up to this number, a second transaction is not worthwhile. */
const FEW = 4;

/**
 * Appends that arrive while transactions are in progress wait and share the next transaction: one commit to disk and
 * one round trip serve them all. Each has its own outcome: a version conflict concerns only that append, and if the
 * transaction fails, each of its appends is retried alone. Each stream is in at most one transaction at a time, in the
 * order of the calls.
 */
export class GroupCommit {
  private waiting: Job[] = [];
  private readonly busy = new Set<string>();
  private readonly lanes: number;
  private readonly patienceMs: number;
  private underWay = 0;
  private gathering = false;

  constructor(private readonly options: GroupCommitOptions) {
    this.lanes = options.lanes ?? 2;
    this.patienceMs = options.patienceMs ?? 50;
  }

  /**
   * All or nothing; the events are as written. `alone`: in a separate transaction. Rejects with `VersionConflict`, or
   * with the error of the transaction.
   */
  run(appends: readonly StreamAppend[], alone: boolean): Promise<readonly StoredEvent[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ appends, alone: alone || appends.length > 1, resolve, reject });
      this.gather();
    });
  }

  /**
   * Collects the appends of one turn of the event loop, so that callers that one transaction answered share the next
   * one.
   */
  private gather(): void {
    if (this.gathering) return;
    this.gathering = true;
    setImmediate(() => {
      this.gathering = false;
      this.next();
    });
  }

  private next(): void {
    while (this.underWay < this.lanes) {
      const group = this.take();
      if (group.length === 0) return;
      void this.work(group);
    }
  }

  /**
   * Takes the first job that may start and the jobs that may join it. Divides many jobs among the free lanes, because
   * callers that are answered together also wait together.
   */
  private take(): readonly Job[] {
    const group: Job[] = [];
    const share = Math.ceil(this.waiting.length / (this.lanes - this.underWay));
    const most = Math.min(MOST, Math.max(FEW, share));
    const passedBy = new Set(this.busy);
    const left: Job[] = [];
    for (const job of this.waiting) {
      const streams = job.appends.map(({ stream }) => stream);
      const isFree = !streams.some((stream) => passedBy.has(stream));
      for (const stream of streams) passedBy.add(stream);
      const fits = group.length === 0 || (!job.alone && !group[0]!.alone && group.length < most);
      (isFree && fits ? group : left).push(job);
    }
    this.waiting = left;
    return group;
  }

  private async work(group: readonly Job[]): Promise<void> {
    const streams = group.flatMap(({ appends }) => appends.map(({ stream }) => stream));
    for (const stream of streams) this.busy.add(stream);
    this.underWay += 1;
    let counted = true;
    const free = (): void => {
      if (counted) this.underWay -= 1;
      counted = false;
    };
    const patience = setTimeout(() => {
      free();
      this.gather();
    }, this.patienceMs).unref();
    await this.settle(group);
    clearTimeout(patience);
    free();
    for (const stream of streams) this.busy.delete(stream);
    this.gather();
  }

  /** Never rejects. */
  private async settle(group: readonly Job[]): Promise<void> {
    const [first] = group;
    try {
      if (first!.appends.length > 1) return reportOutcome(first!, await this.options.commit(first!.appends, true));
      // The same order for all writers, so that two transactions lock each other's rows in the same order.
      const sorted = group.toSorted((a, b) => (a.appends[0]!.stream < b.appends[0]!.stream ? -1 : 1));
      const outcomes = await this.options.commit(sorted.map(({ appends }) => appends[0]!), false);
      sorted.forEach((job, i) => reportOutcome(job, [outcomes[i]!]));
    } catch (error) {
      // Postgres is unreachable: each append waits for it separately.
      if (group.length === 1 || failureOf(error) === 'disconnected') return group.forEach(({ reject }) => reject(error));
      for (const job of group) job.alone = true;
      this.waiting.unshift(...group);
    }
  }
}

function reportOutcome({ resolve, reject }: Job, outcomes: readonly Outcome[]): void {
  const conflict = outcomes.find((outcome) => outcome instanceof VersionConflict);
  if (conflict) reject(conflict);
  else resolve(outcomes.flatMap((outcome) => (outcome instanceof VersionConflict ? [] : outcome)));
}
