import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  /** Default 10 000 ms. */
  readonly timeoutMs?: number;
  /** Default 25 ms. */
  readonly everyMs?: number;
}

/**
 * Calls `probe` until it returns a value other than undefined and false, and returns that; undefined after the timeout.
 */
export async function until<T>(
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  options: UntilOptions = {},
): Promise<T | undefined> {
  const end = performance.now() + (options.timeoutMs ?? 10_000);
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (performance.now() >= end) return undefined;
    await delay(options.everyMs ?? 25);
  }
}
