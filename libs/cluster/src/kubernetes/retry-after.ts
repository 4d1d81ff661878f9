import { retryAfterMs } from '@alloy/runtime';

/**
 * An API server requests at most 32 s (priority and fairness). The limit prevents that another server stops a release
 * for good.
 */
const MAX_MS = 60_000;

/** The wait that Retry-After requests, in seconds, at most 60. Undefined: it requests none. `now`: ms since 1970. */
export function retryAfterSeconds(value: string | number | undefined, now: number): number | undefined {
  const ms = retryAfterMs(value, now, MAX_MS);
  return ms ? ms / 1_000 : undefined;
}
