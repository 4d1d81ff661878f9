const FIRST_MS = 1_000;
const MAX_MS = 3_600_000;

/** Milliseconds until the next try, after so many that failed: twice as long each time from 1 s to 1 h, of which a random half, so that many do not come back at once. */
export const backoff = (attempts: number, random: number): number => Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(30, attempts - 1)) * (0.5 + random / 2);
