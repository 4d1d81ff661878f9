/** The `q` quantile (0 to 1) of the samples by the nearest-rank method; NaN without samples. */
export function quantile(samples: readonly number[], q: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? NaN;
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);
