/** A delay that doubles from `firstMs` to `mostMs`. */
export interface BackOff {
  readonly firstMs: number;
  readonly mostMs: number;
  /** Share of the delay that is random, so that retries do not synchronize: 0 to 1, default 0. */
  readonly jitter?: number;
}

/** Above this exponent no doubling changes a capped delay, and 2 ** n stays finite. */
const MAX_DOUBLINGS = 30;

/** Delay in ms before the next attempt after `failures` consecutive failures (from 1). `random`: 0 to 1. */
export function backOffMs({ firstMs, mostMs, jitter = 0 }: BackOff, failures: number, random = 1): number {
  const full = Math.min(mostMs, firstMs * 2 ** Math.min(MAX_DOUBLINGS, Math.max(0, failures - 1)));
  return full * (1 - jitter + jitter * random);
}
