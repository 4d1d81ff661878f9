import type { StoredEvent } from '@alloy/contracts';
import { VersionConflict, type StreamAppend } from '../ports';
import type { Outcome } from './append-events';
import { failureOf } from './failure';

export interface GroupCommitOptions {
  /** One transaction. `whole`: all of them or none. */
  readonly commit: (appends: readonly StreamAppend[], whole: boolean) => Promise<readonly Outcome[]>;
  /** Transactions under way at once; default 2: while Postgres works on one, the other is made ready or taken note of. More would only make the groups smaller. */
  readonly lanes?: number;
  /** A transaction that takes longer no longer keeps the others waiting; ms, default 50. */
  readonly patienceMs?: number;
}

interface Job {
  readonly appends: readonly StreamAppend[];
  /** In a transaction of its own. */
  alone: boolean;
  readonly resolve: (events: readonly StoredEvent[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Appends of one transaction at most. */
const MOST = 64;
/** As many are not worth a second transaction. */
const FEW = 4;

/**
 * Puts the appends that wait while transactions are under way into the next one: a commit to disk serves them all, and so does a round trip.
 * Each has its own outcome: a version conflict is that append's only, and if the transaction fails, every one of its appends is tried alone.
 * A stream is in one transaction at a time, in the order of the calls.
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

  /** All or nothing; the events are as written. `alone`: not together with others. Rejects with `VersionConflict`, or with what the transaction rejected with. */
  run(appends: readonly StreamAppend[], alone: boolean): Promise<readonly StoredEvent[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ appends, alone: alone || appends.length > 1, resolve, reject });
      this.gather();
    });
  }

  /** Those that come in the same turn of the event loop go together: who was answered by one transaction is in the next one with the others. */
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

  /** The first that may go, and those that may go with it: many are shared out among the free lanes, else all who are answered together would wait together. */
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
      if (first!.appends.length > 1) return tell(first!, await this.options.commit(first!.appends, true));
      // In one order whoever writes: two transactions that wait for each other's rows do so in the same direction.
      const sorted = group.toSorted((a, b) => (a.appends[0]!.stream < b.appends[0]!.stream ? -1 : 1));
      const outcomes = await this.options.commit(sorted.map(({ appends }) => appends[0]!), false);
      sorted.forEach((job, i) => tell(job, [outcomes[i]!]));
    } catch (error) {
      // Nobody can be reached: each waits for Postgres by itself.
      if (group.length === 1 || failureOf(error) === 'disconnected') return group.forEach(({ reject }) => reject(error));
      for (const job of group) job.alone = true;
      this.waiting.unshift(...group);
    }
  }
}

function tell({ resolve, reject }: Job, outcomes: readonly Outcome[]): void {
  const conflict = outcomes.find((outcome) => outcome instanceof VersionConflict);
  if (conflict) reject(conflict);
  else resolve(outcomes.flatMap((outcome) => (outcome instanceof VersionConflict ? [] : outcome)));
}
