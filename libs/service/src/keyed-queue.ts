import { RpcException } from '@nestjs/microservices';

export interface KeyedQueueOptions {
  /** Keys worked on at once; default 8. */
  readonly parallel?: number;
}

/** A key was not worked on because the queue is stopped; the next process does it. It is an RpcException so that Nest does not log it as a failed handler. */
export class StoppingError extends RpcException {
  constructor() {
    super('not begun: the service is stopping');
  }
}

interface Waiting {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs a function serially per key, several keys at once, and many wakes of a waiting key as one.
 * A key that fails or hangs holds up no other key until `parallel` of them hang.
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

  /** Settles as the run that starts after this call does; a run that is already under way does not count, it may have looked before. */
  add(key: K): Promise<void> {
    if (this.stopping) return Promise.reject(new StoppingError());
    const known = this.waiting.get(key);
    if (known) return known.promise;
    const waiting = deferred();
    this.waiting.set(key, waiting);
    this.next();
    return waiting.promise;
  }

  /** Rejects all waiting and all later keys with `StoppingError`; resolves once no key is being worked on. Idempotent. */
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

  /** Resolves once nothing waits or runs. */
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
  // Whoever added the key may not be looking any more.
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
