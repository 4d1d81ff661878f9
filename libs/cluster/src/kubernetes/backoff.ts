/** Delay before try number `failures` (from 1), ms: doubles from `base` to `cap`, half of it by chance. `random` gives 0..1. */
export function backoff(failures: number, random: () => number, base = 250, cap = 30_000): number {
  const full = Math.min(cap, base * 2 ** Math.max(0, failures - 1));
  return full / 2 + (full / 2) * random();
}
