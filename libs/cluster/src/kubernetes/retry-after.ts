/** Longer than an API server asks for (priority and fairness: up to 32 s); whoever asks for more would stop a release for good. */
const MAX_SECONDS = 60;
/** As HTTP writes it: `Thu, 01 Jan 2026 00:00:30 GMT`. */
const DATE = /^[A-Z][a-z]{2}, .* GMT$/;

/** Seconds for which Retry-After (seconds or a date; RFC 9110, 10.2.3) asks to wait, at most 60. Undefined: it asks for nothing. `now`: milliseconds since the epoch. */
export function retryAfterSeconds(value: string | number | undefined, now: number): number | undefined {
  const text = String(value ?? '').trim();
  const seconds = DATE.test(text) ? (Date.parse(text) - now) / 1_000 : text === '' ? Number.NaN : Number(text);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(MAX_SECONDS, seconds) : undefined;
}
