/** Node's limit for timers is lower than some deadlines; the resync sets the timer again long before. */
const LONGEST_MS = 3_600_000;
/** Minimum delay: overdue decisions are left to the resync, to avoid a busy loop. */
const SHORTEST_MS = 1_000;

export interface DueTimerOptions {
  /** Ms since 1970 by the log's clock; null: no decision becomes due by time alone. */
  readonly nextDueAt: () => Promise<number | null>;
  /** The log's clock. */
  readonly now: () => Promise<number>;
}

/** Triggers the planner at the next deadline, by the log's clock: more precise than the resync. */
export class DueTimer {
  /** Called when a decision has become due. */
  onDue: () => void = () => undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly options: DueTimerOptions) {}

  /** Reads the next due time and sets the timer. Idempotent. */
  async arm(): Promise<void> {
    const [due, now] = await Promise.all([this.options.nextDueAt(), this.options.now()]);
    clearTimeout(this.timer);
    if (due === null || this.stopped) return;
    const delay = due > now ? due - now : SHORTEST_MS;
    this.timer = setTimeout(() => this.onDue(), Math.min(delay, LONGEST_MS));
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }
}
