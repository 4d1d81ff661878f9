import { countsIncrease, sumCounts, type Counts } from '@alloy/analysis';

/** One reading of a pod's request counters, as `measurement` keeps it. */
export interface Reading {
  readonly track: 'stable' | 'canary';
  readonly pod: string;
  /** Counter values since the pod's start. */
  readonly requests: number;
  readonly errors: number;
  /** Milliseconds observed so far in this attempt, on the watcher's monotonic clock. */
  readonly observedMs: number;
}

/** What has been counted in one attempt of an `analyse` step. */
export interface Tally {
  readonly observedMs: number;
  readonly canary: Counts;
  readonly baseline: Counts;
  /** Whether a canary pod has ever answered. */
  readonly canarySeen: boolean;
  readonly last: ReadonlyMap<string, Counts>;
}

const none: Counts = { requests: 0, errors: 0 };
export const emptyTally: Tally = { observedMs: 0, canary: none, baseline: none, canarySeen: false, last: new Map() };

/**
 * Adds readings in the order in which they were taken; folding the recorded rows gives the same tally, so a watcher that starts anew goes on.
 * A pod's first reading only sets its start; a counter that fell was reset by a restart, and counts from 0.
 */
export function addReadings(tally: Tally, readings: readonly Reading[]): Tally {
  const last = new Map(tally.last);
  const sums = { canary: tally.canary, baseline: tally.baseline };
  let { observedMs, canarySeen } = tally;
  for (const reading of readings) {
    const side = reading.track === 'canary' ? 'canary' : 'baseline';
    sums[side] = sumCounts([sums[side], countsIncrease(last.get(reading.pod) ?? reading, reading)]);
    last.set(reading.pod, { requests: reading.requests, errors: reading.errors });
    observedMs = Math.max(observedMs, reading.observedMs);
    canarySeen ||= reading.track === 'canary';
  }
  return { ...sums, observedMs, canarySeen, last };
}
