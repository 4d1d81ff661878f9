/** One reading of a pod's request counters. */
export interface Reading {
  readonly uid: string;
  readonly pod: string;
  readonly track: 'stable' | 'canary';
  /** Counter values since the pod's start. */
  readonly requests: number;
  readonly errors: number;
}

/** A row of `measurement`: a reading, and by how much it rose since the one before. */
export interface Measurement extends Reading {
  readonly requestsIncrease: number;
  readonly errorsIncrease: number;
  /** Milliseconds observed so far in this attempt, on the watcher's monotonic clock. */
  readonly observedMs: number;
}

export interface Counts {
  readonly requests: number;
  readonly errors: number;
}

/** What has been counted in one attempt of an `analyse` step. */
export interface Tally {
  readonly observedMs: number;
  readonly canary: Counts;
  readonly baseline: Counts;
  /** Whether a canary pod has ever answered a scrape. */
  readonly canarySeen: boolean;
  readonly last: ReadonlyMap<string, Counts>;
}

const none: Counts = { requests: 0, errors: 0 };
export const emptyTally: Tally = { observedMs: 0, canary: none, baseline: none, canarySeen: false, last: new Map() };

/**
 * Adds a round of readings, `elapsedMs` after the last round.
 * A pod's first reading only sets its start; a counter that fell was reset by a restart, and counts from 0.
 */
export function addReadings(tally: Tally, readings: readonly Reading[], elapsedMs: number): { readonly tally: Tally; readonly rows: readonly Measurement[] } {
  const observedMs = tally.observedMs + elapsedMs;
  const last = new Map(tally.last);
  const rows = readings.map((reading): Measurement => {
    const before = last.get(reading.uid) ?? reading;
    last.set(reading.uid, { requests: reading.requests, errors: reading.errors });
    return { ...reading, requestsIncrease: rise(before.requests, reading.requests), errorsIncrease: rise(before.errors, reading.errors), observedMs };
  });
  return { tally: { ...rows.reduce(addRow, tally), observedMs, last }, rows };
}

/** The tally that the recorded rows give, so that a watcher that starts anew goes on where the last one ended. */
export function tallyOf(rows: readonly Measurement[]): Tally {
  const last = new Map(rows.map((row) => [row.uid, { requests: row.requests, errors: row.errors }]));
  return { ...rows.reduce(addRow, emptyTally), observedMs: rows.reduce((max, row) => Math.max(max, row.observedMs), 0), last };
}

function addRow(tally: Tally, row: Measurement): Tally {
  const side = row.track === 'canary' ? 'canary' : 'baseline';
  const sum = { requests: tally[side].requests + row.requestsIncrease, errors: tally[side].errors + row.errorsIncrease };
  return { ...tally, [side]: sum, canarySeen: tally.canarySeen || row.track === 'canary' };
}

const rise = (before: number, now: number): number => (now >= before ? now - before : now);
