import { systemClock, type Clock } from './clock';
import { RetryableError } from './errors';

export interface KeyedQueueOptions {
  /** Number of keys that run concurrently; default 8. */
  readonly parallel?: number;
  /** Default: the process' clock. */
  readonly clock?: Clock;
}

/** A key did not run because the queue is stopped; the next process runs it. */
export class StoppingError extends RetryableError {
  constructor() {
    super('stopping', 'not started: the service is stopping');
    this.name = 'StoppingError';
  }
}

interface Waiting {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs a function serially per key, several keys concurrently, like client-go's work queue.
 *
 * The states of a key:
 * - absent: `add` makes it waiting.
 * - waiting: for one of `parallel` places, or for the key's own run to end; further `add`s share its next run.
 * - running: `add` makes it waiting as well, because the run may have read the state before.
 * - held (by `hold`): `add` resolves without a run; the key runs when the hold ends.
 *
 * A key that fails or hangs does not delay other keys until `parallel` of them hang. After `stop` the running keys end
 * and all others are dropped.
 */
export class KeyedQueue<K = string> {
  private readonly waiting = new Map<K, Waiting>();
  private readonly running = new Set<K>();
  /** By key: cancels the end of its hold. */
  private readonly held = new Map<K, () => void>();
  private readonly parallel: number;
  private readonly clock: Clock;
  private idlers: Array<() => void> = [];
  private stopping = false;

  constructor(
    private readonly run: (key: K) => Promise<void>,
    { parallel = 8, clock = systemClock }: KeyedQueueOptions = {},
  ) {
    this.parallel = parallel;
    this.clock = clock;
  }

  /** Settles with the run that starts after this call; resolves immediately while the key is held. */
  add(key: K): Promise<void> {
    if (this.stopping) return rejected(new StoppingError());
    if (this.held.has(key)) return Promise.resolve();
    const known = this.waiting.get(key);
    if (known) return known.promise;
    const waiting = deferred();
    this.waiting.set(key, waiting);
    this.next();
    return waiting.promise;
  }

  /** Does not start the key for `ms`, and starts it then; a later call replaces an earlier one. */
  hold(key: K, ms: number): void {
    if (this.stopping) return;
    this.held.get(key)?.();
    const end = (): void => {
      this.held.delete(key);
      void this.add(key);
    };
    this.held.set(key, this.clock.after(ms, end));
    this.waiting.get(key)?.resolve();
    this.waiting.delete(key);
  }

  /** Rejects all waiting and all later keys with `StoppingError`; resolves once no key is running. Idempotent. */
  stop(): Promise<void> {
    this.stopping = true;
    for (const cancel of this.held.values()) cancel();
    this.held.clear();
    for (const { reject } of this.waiting.values()) reject(new StoppingError());
    this.waiting.clear();
    return this.idle();
  }
  /** Keys that wait or run. */
  get size(): number {
    return this.waiting.size + this.running.size;
  }

  /** Resolves once no key waits or runs. */
  async idle(): Promise<void> {
    while (this.size > 0) await new Promise<void>((resolve) => this.idlers.push(resolve));
  }

  private next(): void {
    for (const [key, waiting] of this.waiting) {
      if (this.running.size >= this.parallel) return;
      if (this.running.has(key)) continue;
      this.waiting.delete(key);
      this.running.add(key);
      void this.work(key, waiting);
    }
  }

  private async work(key: K, waiting: Waiting): Promise<void> {
    try {
      await this.run(key);
      waiting.resolve();
    } catch (error) {
      waiting.reject(error);
    } finally {
      this.running.delete(key);
      this.next();
      if (this.size === 0) this.idlers.splice(0).forEach((resolve) => resolve());
    }
  }
}

function rejected(error: Error): Promise<void> {
  const { promise, reject } = deferred();
  reject(error);
  return promise;
}

function deferred(): Waiting {
  let resolve!: () => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // The caller of `add` may not await the promise.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
