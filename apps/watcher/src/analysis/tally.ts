import { addReading, newHistory, type PageHistory, type PageReading } from '@alloy/analysis';

/** One reading of a pod's request counters, or a failure to read them, as the table `measurement` stores it. */
export type Reading = PageReading;

/** What has been counted in one attempt of an `analyse` step. */
export interface Tally {
  /** Milliseconds, on the watcher's monotonic clock. */
  readonly observedMs: number;
  readonly pods: ReadonlyMap<string, PageHistory>;
}

export const emptyTally: Tally = { observedMs: 0, pods: new Map() };

/**
 * Adds readings in the order in which they were made. The recorded rows give the same tally, so that a restarted
 * watcher continues with it.
 */
export function addReadings(tally: Tally, readings: readonly Reading[]): Tally {
  const pods = new Map(tally.pods);
  for (const reading of readings) pods.set(reading.pod, addReading(pods.get(reading.pod) ?? newHistory(reading), reading));
  return { observedMs: readings.reduce((most, reading) => Math.max(most, reading.observedMs), tally.observedMs), pods };
}
