import type { Counts } from './judge';

/**
 * Growth of a counter between two reads; after a reset (the value decreased) it counts from 0. NaN if a read is not a
 * finite number ≥ 0.
 */
export function increase(previous: number, next: number): number {
  if (!isCount(previous) || !isCount(next)) return Number.NaN;
  return next >= previous ? next - previous : next;
}

/** The same for the counters of one process, which are reset together: if either decreased, both count from 0. */
export function countsIncrease(previous: Counts, next: Counts): Counts {
  const reset = next.requests < previous.requests || next.errors < previous.errors;
  const from = reset ? { requests: 0, errors: 0 } : previous;
  return { requests: increase(from.requests, next.requests), errors: increase(from.errors, next.errors) };
}

export const sumCounts = (all: readonly Counts[]): Counts =>
  all.reduce((sum, { requests, errors }) => ({ requests: sum.requests + requests, errors: sum.errors + errors }), {
    requests: 0,
    errors: 0,
  });

const isCount = (value: number): boolean => Number.isFinite(value) && value >= 0;
