/** HTTP date format, `Thu, 01 Jan 2026 00:00:30 GMT`. */
const DATE = /^[A-Z][a-z]{2}, .* GMT$/;
const SECONDS = /^\d{1,9}(\.\d+)?$/;

/**
 * Delay in ms from `Retry-After` (RFC 9110, 10.2.3): seconds or a date; at least 0 and at most `mostMs`. Undefined:
 * missing or invalid. `now`: ms since 1970.
 */
export function retryAfterMs(header: string | number | null | undefined, now: number, mostMs = Infinity): number | undefined {
  const text = String(header ?? '').trim();
  const ms = SECONDS.test(text) ? Number(text) * 1_000 : DATE.test(text) ? Date.parse(text) - now : Number.NaN;
  return Number.isFinite(ms) ? Math.min(mostMs, Math.max(0, ms)) : undefined;
}
