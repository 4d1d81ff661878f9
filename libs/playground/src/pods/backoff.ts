/** Delay before retry `attempt` (0 = the first): none, then `base`, doubled each time up to `max`; milliseconds. */
export const backoff = (attempt: number, base: number, max: number): number =>
  attempt === 0 ? 0 : Math.min(max, base * 2 ** Math.min(attempt - 1, 30));
