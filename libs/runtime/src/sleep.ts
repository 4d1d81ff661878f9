import { systemClock, type Clock } from './clock';

export interface SleepOptions {
  /** Ends the sleep when it is aborted. */
  readonly signal?: AbortSignal;
  /** Default: the process' clock. */
  readonly clock?: Clock;
}

/** Resolves after `ms` milliseconds, or as soon as `signal` is aborted. Never rejects. */
export function sleep(ms: number, { signal, clock = systemClock }: SleepOptions = {}): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal?.addEventListener('abort', end);
  });
}
