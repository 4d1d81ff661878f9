import { sumCounts } from '../increase';
import type { Counts } from '../judge';
import type { PageFlaw, PageHistory } from './page-history';

/** Sum over the pages of one track's pods. */
export interface TrackPages {
  /** Null if no page was ever read. */
  readonly counted: Counts | null;
  /** First pod with an unreliable page, and why. */
  readonly flawed: { readonly pod: string; readonly flaw: PageFlaw } | null;
  /** Whether counters just decreased, and one more reading must show whether a restart explains it. */
  readonly isPending: boolean;
  readonly reads: number;
  /**
   * Counted requests that may be Alloy's own reads; 0 if two reads of a page of the track had no new successful
   * request.
   */
  readonly ownReads: number;
  readonly connectionFailures: number;
  readonly restarts: number;
  /** Time between the first and the last read, summed over the pods, ms. */
  readonly exposureMs: number;
  /** Requests and exposure of each pod that was read twice. */
  readonly pods: ReadonlyArray<{ readonly requests: number; readonly exposureMs: number }>;
}

/** Milliseconds of observation after which a pod without new reads no longer counts as pending. */
const PENDING_MS = 5_000;

/** Sums the histories of one track; `observedMs`: observation so far in the step. Pure. */
export function trackPages(histories: Iterable<PageHistory>, track: PageHistory['track'], observedMs: number): TrackPages {
  const mine = [...histories].filter((history) => history.track === track);
  const flawed = mine.find(({ flaw }) => flaw !== null);
  const sum = (of: (history: PageHistory) => number): number => mine.reduce((total, history) => total + of(history), 0);
  return {
    counted: mine.some(({ reads }) => reads > 0) ? sumCounts(mine.map(({ counted }) => counted)) : null,
    flawed: flawed ? { pod: flawed.pod, flaw: flawed.flaw! } : null,
    isPending: mine.some(({ unexplained, last }) => unexplained !== null && last !== null && last.observedMs >= observedMs - PENDING_MS),
    reads: sum(({ reads }) => reads),
    ownReads: mine.every(({ countsReads }) => countsReads) ? sum(({ ownReads }) => ownReads) : 0,
    connectionFailures: sum(({ connectionFailures }) => connectionFailures),
    restarts: sum(({ restarts }) => restarts),
    exposureMs: sum(({ exposureMs }) => exposureMs),
    pods: mine.filter(({ exposureMs }) => exposureMs > 0).map(({ counted, exposureMs }) => ({ requests: counted.requests, exposureMs })),
  };
}
