/**
 * An API server requests at most 32 s (priority and fairness). The limit prevents that another server stops a release
 * for good.
 */
const MAX_SECONDS = 60;
/** A date in the format of HTTP, e.g. `Thu, 01 Jan 2026 00:00:30 GMT`. */
const DATE = /^[A-Z][a-z]{2}, .* GMT$/;

/**
 * The wait that Retry-After requests (seconds or a date; RFC 9110, 10.2.3), in seconds, at most 60. Undefined: it
 * requests none. `now`: milliseconds since 1970.
 */
export function retryAfterSeconds(value: string | number | undefined, now: number): number | undefined {
  const text = String(value ?? '').trim();
  const seconds = DATE.test(text) ? (Date.parse(text) - now) / 1_000 : text === '' ? Number.NaN : Number(text);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(MAX_SECONDS, seconds) : undefined;
}
