import type { ReleaseLog } from '@alloy/ledger';
import { KeyedQueue } from '@alloy/service';

/** Node's limit for timers is lower than some deadlines; the resync sets the timer again long before. */
const LONGEST_MS = 3_600_000;
/** Minimum delay: overdue decisions are left to the resync, to avoid a busy loop. */
const SHORTEST_MS = 1_000;

/** Key of the only entry of the queue. */
const DUE = 'due';

/** Triggers the planner at the next deadline, by the log's clock: more precise than the resync. */
export class DueTimer {
  /** Called when a decision has become due. */
  onDue: () => void = () => undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  private readonly reads = new KeyedQueue(() => this.read());

  constructor(private readonly log: Pick<ReleaseLog, 'nextDue'>) {}

  /** Reads the next due time and sets the timer; calls during a read share the next one. Idempotent. */
  async arm(): Promise<void> {
    if (!this.stopped) await this.reads.add(DUE);
  }

  private async read(): Promise<void> {
    const { at, now } = await this.log.nextDue();
    clearTimeout(this.timer);
    if (at === null || this.stopped) return;
    const delay = at > now ? at - now : SHORTEST_MS;
    this.timer = setTimeout(() => this.onDue(), Math.min(delay, LONGEST_MS));
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }
}
