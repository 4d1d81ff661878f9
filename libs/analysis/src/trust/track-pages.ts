import { sumCounts } from '../increase';
import type { Counts } from '../judge';
import type { PageFlaw, PageHistory } from './page-history';

/** What the pages of one track's pods add up to. */
export interface TrackPages {
  /** Null where no pod's page was ever read. */
  readonly counted: Counts | null;
  /** The first pod whose page can't be trusted, and why. */
  readonly flawed: { readonly pod: string; readonly flaw: PageFlaw } | null;
  /** Counters fell just now, and one more reading must show whether a restart explains it. */
  readonly isPending: boolean;
  readonly reads: number;
  /** Of the requests counted, those that may be Alloy's own reads: 0 where a page of the track was read twice without counting a success. */
  readonly ownReads: number;
  readonly connectionFailures: number;
  readonly restarts: number;
  /** Time between the first and the last read, summed over the pods, ms. */
  readonly exposureMs: number;
  /** Of each pod that was read twice: requests and exposure. */
  readonly pods: ReadonlyArray<{ readonly requests: number; readonly exposureMs: number }>;
}

/** A pod that was not read for so long, ms observed, will not explain anything any more. */
const PENDING_MS = 5_000;

/** Sums the histories of one track; `observedMs`: observed so far in the step. Pure. */
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
