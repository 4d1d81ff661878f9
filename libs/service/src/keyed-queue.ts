import { RpcException } from '@nestjs/microservices';

export interface KeyedQueueOptions {
  /** Number of keys that run concurrently; default 8. */
  readonly parallel?: number;
}

/**
 * A key did not run because the queue is stopped; the next process runs it. It is an RpcException so that Nest does not
 * log it as a failed handler.
 */
export class StoppingError extends RpcException {
  constructor() {
    super('not started: the service is stopping');
  }
}

interface Waiting {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs a function serially per key, several keys concurrently, and combines several triggers of a waiting key.
 * A key that fails or hangs does not delay other keys until `parallel` of them hang.
 */
export class KeyedQueue<K = string> {
  private readonly waiting = new Map<K, Waiting>();
  private readonly running = new Set<K>();
  private readonly parallel: number;
  private idlers: Array<() => void> = [];
  private stopping = false;

  constructor(
    private readonly run: (key: K) => Promise<void>,
    { parallel = 8 }: KeyedQueueOptions = {},
  ) {
    this.parallel = parallel;
  }

  /**
   * Settles with the run that starts after this call; a run in progress does not count, because it may have read the
   * state before.
   */
  add(key: K): Promise<void> {
    if (this.stopping) return Promise.reject(new StoppingError());
    const known = this.waiting.get(key);
    if (known) return known.promise;
    const waiting = deferred();
    this.waiting.set(key, waiting);
    this.next();
    return waiting.promise;
  }

  /** Rejects all waiting and all later keys with `StoppingError`; resolves once no key is running. Idempotent. */
  stop(): Promise<void> {
    this.stopping = true;
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
