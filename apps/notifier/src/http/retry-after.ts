const MAX_MS = 3_600_000;
/** HTTP date format, `Thu, 01 Jan 2026 00:00:30 GMT`. */
const DATE = /^[A-Z][a-z]{2}, .* GMT$/;

/** Delay in ms from a `Retry-After` header, seconds or a date; at most an hour. Undefined: missing or invalid. */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  const ms = /^\d{1,9}(\.\d+)?$/.test(text) ? Number(text) * 1_000 : DATE.test(text) ? Date.parse(text) - now : Number.NaN;
  return Number.isFinite(ms) ? Math.min(MAX_MS, Math.max(0, ms)) : undefined;
}
