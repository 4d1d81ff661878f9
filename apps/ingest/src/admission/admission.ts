/** More concurrent requests than can be answered soon. */
export class Overloaded extends Error {
  readonly code = 'overloaded';
  /**
   * `retryAfterSeconds`: estimated time until a request would not have to wait too long, from the rate of the last
   * seconds.
   */
  constructor(readonly retryAfterSeconds: number) {
    super('too many concurrent requests');
    this.name = 'Overloaded';
  }
}

export interface AdmissionOptions {
  /** Number of requests that run concurrently. */
  readonly limit: number;
  /** Ms that a request may wait for admission; a request that would wait longer is refused immediately. */
  readonly maxWaitMs: number;
  /** Monotonic clock, ms. */
  readonly now: () => number;
}

/** Ends the request; idempotent. */
export type Leave = () => void;

/** Weight of the newest value in the moving average of the time between two ends. */
const NEWEST = 0.1;

/**
 * A bounded queue before slow work: `limit` requests run, later ones wait in order. A request that would wait longer
 * than `maxWaitMs`, by the average time between two ends under full load, is refused immediately; one that arrived
 * before that was known is refused after `maxWaitMs`.
 */
export class Admission {
  private working = 0;
  private readonly queue = new Set<() => void>();
  private meanMs = 0;
  private lastEnd: number | undefined;

  constructor(private readonly options: AdmissionOptions) {}

  /** Number of waiting requests. */
  get waiting(): number {
    return this.queue.size;
  }

  /** Resolves when the request is admitted; rejects with `Overloaded`. */
  async enter(): Promise<Leave> {
    const { limit, maxWaitMs, now } = this.options;
    if (this.working < limit) {
      // Only time under full load shows the throughput.
      this.lastEnd = (this.working += 1) === limit ? now() : undefined;
      return this.leave();
    }
    if (this.waitMs() > maxWaitMs) throw this.overloaded();
    await this.turn();
    return this.leave();
  }

  private turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const admit = (): void => {
        clearTimeout(deadline);
        resolve();
      };
      const deadline = setTimeout(() => {
        this.queue.delete(admit);
        reject(this.overloaded());
      }, this.options.maxWaitMs);
      this.queue.add(admit);
    });
  }

  private leave(): Leave {
    let hasLeft = false;
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      this.measure();
      const [next] = this.queue;
      if (next) {
        this.queue.delete(next);
        return next();
      }
      this.working -= 1;
      this.lastEnd = undefined;
    };
  }

  private measure(): void {
    const now = this.options.now();
    if (this.lastEnd !== undefined)
      this.meanMs = this.meanMs === 0 ? now - this.lastEnd : (1 - NEWEST) * this.meanMs + NEWEST * (now - this.lastEnd);
    this.lastEnd = now;
  }

  /** Estimated wait of a new request, ms. */
  private waitMs(): number {
    return (this.queue.size + 1) * this.meanMs;
  }

  private overloaded(): Overloaded {
    return new Overloaded(Math.max(1, Math.ceil(this.waitMs() / 1_000)));
  }
}
