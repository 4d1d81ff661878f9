import { systemClock, type Clock } from './clock';
import { isRetryable as isRetryableError } from './errors';
import { sleep } from './sleep';

export interface RetryOptions {
  /** Milliseconds before the next attempt; `failures` counts from 1. */
  readonly delayMs: number | ((failures: number, error: unknown) => number);
  /** Default: as `asRuntimeError` classifies the error. */
  readonly isRetryable?: (error: unknown, failures: number) => boolean;
  /** No attempt starts later than this, ms from the call; default: no limit. */
  readonly withinMs?: number;
  /** Called before each wait; the wait starts when it resolves. Default: no call. */
  readonly onRetry?: (error: unknown, failures: number) => unknown;
  /** Ends the wait; then no further attempt starts. */
  readonly signal?: AbortSignal;
  /** Default: the process' clock. */
  readonly clock?: Clock;
  /** Default: `sleep`. May reject, which ends the retries with that error. */
  readonly sleep?: (ms: number, options: { readonly signal?: AbortSignal; readonly clock: Clock }) => Promise<void>;
}

/**
 * The result of the first attempt that succeeds.
 *
 * States: attempting; waiting for `delayMs` after a retryable failure; ended, with a result, or with the last failure
 * if it is not retryable, comes too late, or `signal` is aborted.
 */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { delayMs, isRetryable = isRetryableError, withinMs = Infinity, onRetry, signal, clock = systemClock } = options;
  const end = clock.now() + withinMs;
  for (let failures = 1; ; failures += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (signal?.aborted || !isRetryable(error, failures)) throw error;
      const ms = typeof delayMs === 'number' ? delayMs : delayMs(failures, error);
      if (clock.now() + ms >= end) throw error;
      await onRetry?.(error, failures);
      if (ms > 0) await (options.sleep ?? sleep)(ms, { signal, clock });
      if (signal?.aborted) throw error;
    }
  }
}
