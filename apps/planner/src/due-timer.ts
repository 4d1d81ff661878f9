import type { ReleaseLog } from '@alloy/ledger';
import { KeyedQueue } from '@alloy/runtime';

/** Minimum delay: overdue decisions are left to the resync, to avoid a busy loop. */
const SHORTEST_MS = 1_000;
/** Key of the only entry of the queue. */
const DUE = 'due';

/** Triggers the planner at the next deadline, by the log's clock: more precise than the resync. */
export class DueTimer {
  /** Triggers the resync after so many ms, instead of an earlier call's; Infinity: not at all. */
  triggerIn: (ms: number) => void = () => undefined;
  private readonly reads = new KeyedQueue(() => this.read());

  constructor(private readonly log: Pick<ReleaseLog, 'nextDue'>) {}

  /** Reads the next due time and sets the timer; calls during a read share the next one. Idempotent. */
  arm(): Promise<void> {
    return this.reads.add(DUE);
  }

  private async read(): Promise<void> {
    const { at, now } = await this.log.nextDue();
    if (at === null) this.triggerIn(Infinity);
    else this.triggerIn(at > now ? at - now : SHORTEST_MS);
  }
}
