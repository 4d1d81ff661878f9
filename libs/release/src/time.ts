/** Milliseconds since 1970 of an ISO 8601 time. */
export const msOf = (iso: string): number => Date.parse(iso);
/** ISO 8601, UTC, of milliseconds since 1970. */
export const isoOf = (ms: number): string => new Date(ms).toISOString();
