/** More requests at once than can be answered soon. */
export class Overloaded extends Error {
  readonly code = 'overloaded';
  /** `retryAfterSeconds`: when a request would not have to wait too long, by what was done in the last seconds. */
  constructor(readonly retryAfterSeconds: number) {
    super('too many requests at once');
    this.name = 'Overloaded';
  }
}

export interface AdmissionOptions {
  /** Requests that are worked on at once. */
  readonly limit: number;
  /** Ms that a request may wait to be admitted; one that would wait longer is refused at once. */
  readonly maxWaitMs: number;
  /** Ms on any monotonic clock. */
  readonly now: () => number;
}

/** Ends the request's work; idempotent. */
export type Leave = () => void;

/** Of the mean between two ends, this part is the newest. */
const NEWEST = 0.1;

/**
 * A bounded queue before slow work: `limit` requests are worked on, those after them wait in their order. A request that would wait longer than `maxWaitMs`,
 * by the mean time between two ends while all were busy, is refused at once; one that came before that was known is refused after `maxWaitMs`.
 */
export class Admission {
  private working = 0;
  private readonly queue = new Set<() => void>();
  private meanMs = 0;
  private lastEnd: number | undefined;

  constructor(private readonly options: AdmissionOptions) {}

  /** Requests that wait for their turn. */
  get waiting(): number {
    return this.queue.size;
  }

  /** Resolves when it is the request's turn; rejects with `Overloaded`. */
  async enter(): Promise<Leave> {
    const { limit, maxWaitMs, now } = this.options;
    if (this.working < limit) {
      // Only the time in which all are busy shows how fast they are.
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
    if (this.lastEnd !== undefined) this.meanMs = this.meanMs === 0 ? now - this.lastEnd : (1 - NEWEST) * this.meanMs + NEWEST * (now - this.lastEnd);
    this.lastEnd = now;
  }

  /** Ms that a request that came now would wait. */
  private waitMs(): number {
    return (this.queue.size + 1) * this.meanMs;
  }

  private overloaded(): Overloaded {
    return new Overloaded(Math.max(1, Math.ceil(this.waitMs() / 1_000)));
  }
}
