const FIRST_MS = 1_000;
const MAX_MS = 3_600_000;

/**
 * Milliseconds until the next attempt after `attempts` failures: doubles from 1 s to 1 h; half of it is random, so that
 * retries do not synchronize.
 */
export const backoff = (attempts: number, random: number): number =>
  Math.min(MAX_MS, FIRST_MS * 2 ** Math.min(30, attempts - 1)) * (0.5 + random / 2);
