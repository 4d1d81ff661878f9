/** A longer gap between two calls means that the process was stopped: it must not shorten an observation. */
const MAX_GAP_MS = 3_000;

/**
 * Counts, by a monotonic clock, the time in which the same subject was watched. Each call measures the time since the
 * previous one, so that a slow but working watcher makes progress. Time counts under two conditions: `watch` has named
 * the same subject at its end, which a pause in between prevents, and `confirm` has shown after that that the cluster
 * was still readable.
 */
export class WatchedTime {
  private counted = 0;
  /** Time since the last one that counted, ms. */
  private pending = 0;
  /** The first part of `pending`, which was spent on the same subject. */
  private spent = 0;
  private lastCallAt: number | undefined;
  private subject: string | undefined;

  /** `monotonic`: a clock in ms. */
  constructor(private readonly monotonic: () => number) {}

  /** All time that counted so far, ms. */
  get ms(): number {
    return this.counted;
  }

  /** Names the subject that is watched now; undefined: none, so that no time counts. */
  watch(subject: string | undefined): void {
    if (subject === undefined || subject !== this.subject) this.discard();
    this.subject = subject;
    this.measure();
    this.spent = this.pending;
  }

  /** The cluster was readable after the last `watch`: counts the time until then. */
  confirm(): void {
    this.counted += this.spent;
    this.pending -= this.spent;
    this.spent = 0;
    this.measure();
  }

  /**
   * Discards the time that has not counted yet, because the cluster was not readable or the subject is unknown.
   * Idempotent.
   */
  discard(): void {
    this.pending = 0;
    this.spent = 0;
    this.lastCallAt = undefined;
  }

  private measure(): void {
    const now = this.monotonic();
    const gap = now - (this.lastCallAt ?? now);
    if (gap <= MAX_GAP_MS) this.pending += gap;
    this.lastCallAt = now;
  }
}
