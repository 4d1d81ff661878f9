/** Probability that a correct share fails the comparison, for both directions together. */
const ERROR = 1e-6;

export interface Sample {
  /** How many of the requests. */
  readonly hits: number;
  readonly requests: number;
}

/**
 * Whether so many hits are plausible if each request hits independently with this probability: neither as few nor as
 * many have a probability below `ERROR` / 2 (Clopper and Pearson, Biometrika 26, 1934).
 */
export function isPlausible({ hits, requests }: Sample, probability: number): boolean {
  if (probability <= 0) return hits === 0;
  if (probability >= 1) return hits === requests;
  const logs = logFactorials(requests);
  const mass = (count: number): number => {
    const choices = logs[requests]! - logs[count]! - logs[requests - count]!;
    return Math.exp(choices + count * Math.log(probability) + (requests - count) * Math.log1p(-probability));
  };
  const between = (from: number, to: number): number => {
    let sum = 0;
    for (let count = from; count <= to; count += 1) sum += mass(count);
    return sum;
  };
  return between(0, hits) >= ERROR / 2 && between(hits, requests) >= ERROR / 2;
}

function logFactorials(upTo: number): readonly number[] {
  const logs = [0];
  for (let n = 1; n <= upTo; n += 1) logs.push(logs[n - 1]! + Math.log(n));
  return logs;
}
