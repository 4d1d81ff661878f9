/** Where leases are stored; expiry is by the store's clock. */
export interface LeaseStore {
  /**
   * The lease's epoch if it was free or expired, or if `holder` holds it already (then it is renewed); undefined if
   * another process holds it. The epoch grows when the holder changes, and only then: a write that names an earlier
   * epoch is of a former holder. Idempotent.
   */
  acquire(name: string, holder: string, ttlMs: number): Promise<number | undefined>;
  /** Idempotent; no effect if another process holds it. */
  release(name: string, holder: string): Promise<void>;
}

export interface LeaseOptions {
  readonly store: LeaseStore;
  readonly name: string;
  /** Unique per process start: a resumed process must not be mistaken for its successor. */
  readonly holder: string;
  /** The store gives the lease to another process if it is not renewed for this time. */
  readonly ttlMs: number;
  /** Monotonic clock, ms. */
  readonly now: () => number;
}

/**
 * This process' side of a lease.
 *
 * - `free`: never acquired, held by another process, lost or released. `epoch` is undefined.
 * - `held`: `epoch` is the lease's.
 * - `expired`: `ttlMs` have passed since the last successful request was sent, by the monotonic clock of this process,
 *   so at the latest when the store may give the lease to another process. `epoch` stays.
 *
 * Work whose writes check `epoch` in their transaction continues while there is an epoch: an expired lease that no
 * other process has acquired is still the latest. All other work ends when the lease is no longer `held`.
 */
export class Lease {
  private held: { readonly epoch: number; readonly until: number } | undefined;
  private renewAt = -Infinity;
  /** The renewal in progress. */
  private renewal: Promise<void> | undefined;

  constructor(private readonly options: LeaseOptions) {}

  get name(): string {
    return this.options.name;
  }

  get epoch(): number | undefined {
    return this.held?.epoch;
  }

  get state(): 'free' | 'held' | 'expired' {
    if (!this.held) return 'free';
    return this.options.now() < this.held.until ? 'held' : 'expired';
  }

  /** Acquires or renews the lease now. Rejects, with the state unchanged, if the store fails. */
  async acquire(): Promise<number | undefined> {
    const { store, name, holder, ttlMs, now } = this.options;
    const until = now() + ttlMs;
    const epoch = await store.acquire(name, holder, ttlMs);
    this.held = epoch === undefined ? undefined : { epoch, until };
    return epoch;
  }

  /**
   * The epoch, renewed or requested at most every quarter of `ttlMs`. A renewal runs in the background and does not
   * delay the caller; after a failed one the lease counts as free, and the next call acquires it and waits for that.
   */
  async current(): Promise<number | undefined> {
    const { now, ttlMs } = this.options;
    if (now() < this.renewAt) return this.epoch;
    this.renewAt = now() + ttlMs / 4;
    if (this.epoch === undefined) return this.acquire();
    this.renewal ??= this.acquire().then(() => undefined, () => this.fail()).finally(() => (this.renewal = undefined));
    return this.epoch;
  }

  /** The store refused a write with this epoch: the lease is free until it is acquired again. */
  lose(): void {
    this.held = undefined;
  }

  /**
   * Acquires the lease before each step and releases it at the end; ends if a step returns false, or another process
   * holds it.
   */
  async whileHeld(step: () => Promise<boolean>): Promise<void> {
    try {
      while ((await this.acquire()) !== undefined) if (!(await step())) return;
    } finally {
      await this.release();
    }
  }

  /** Waits for a renewal in progress. Idempotent; another process can acquire the lease immediately. */
  async release(): Promise<void> {
    await this.renewal;
    this.lose();
    await this.options.store.release(this.options.name, this.options.holder);
  }

  private fail(): void {
    this.lose();
    this.renewAt = -Infinity;
  }
}
