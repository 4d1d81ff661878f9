import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  /** Default 30 000 ms: a limit for hanging tests, not a measure of speed. */
  readonly timeoutMs?: number;
  /** Default 25 ms. */
  readonly everyMs?: number;
}

/** Runs `attempt` until it no longer throws and returns its result; after the timeout it throws the last error. */
export async function eventually<T>(attempt: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<T> {
  const end = performance.now() + (options.timeoutMs ?? 30_000);
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (performance.now() >= end) throw error;
      await delay(options.everyMs ?? 25);
    }
  }
}
