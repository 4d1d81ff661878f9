/** Node takes no longer timers; the sweep sets it anew long before. */
const LONGEST_MS = 3_600_000;
/** What is due and yet undecided is the sweep's: no hot loop. */
const SHORTEST_MS = 1_000;

export interface DueTimerOptions {
  /** Ms since 1970 by the log's clock; null: nothing is due by time alone. */
  readonly nextDueAt: () => Promise<number | null>;
  /** The log's clock. */
  readonly now: () => Promise<number>;
}

/** Wakes the planner at the moment the next deadline comes, by the log's clock: finer than the sweep. */
export class DueTimer {
  /** Set by whoever acts when something has come due. */
  onDue: () => void = () => undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(private readonly options: DueTimerOptions) {}

  /** Looks for the next due time and sets the timer to it. Idempotent. */
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
