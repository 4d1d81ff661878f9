import type { Counts } from '../judge';
import { candidatesNamed, candidatesOf, declaredIn, type Candidate } from './candidates';
import { MAX_LINES, parsePage } from './page';
import type { NamedRequests } from './named-requests';

/** Limit of series listed as not read. */
const MAX_NOT_READ = 50;

/** A series that was not read, and why. */
export interface NotRead {
  readonly metric: string;
  readonly why: string;
}

/** The requests that a page counts, and how they were read. */
export interface RequestsRead extends Counts {
  readonly kind: 'counts';
  /** Sample name. Counts of two reads are comparable only if it is equal. */
  readonly metric: string;
  readonly statusLabel: string;
  /**
   * Id of the convention that matched: `policy` if the policy names the series, `shape-…` if it was recognized by its
   * shape.
   */
  readonly row: string;
  /** Number of summed samples. */
  readonly samples: number;
  /** Seconds since 1970, from the page. */
  readonly processStartTime?: number;
  readonly notRead: readonly NotRead[];
}

/** A page without a request series. */
export interface NoRequestSeries {
  readonly kind: 'noSeries';
  readonly processStartTime?: number;
  readonly notRead: readonly NotRead[];
}

/**
 * A text that is not a metrics page, or has invalid counts (NaN, infinite, negative): no data, which is never a pass.
 */
export interface UnreadablePage {
  readonly kind: 'unreadable';
  readonly why: string;
}

export type RequestsReading = RequestsRead | NoRequestSeries | UnreadablePage;

/**
 * Reads from a metrics page how many requests a server answered, and how many of them failed.
 * Reads one series, so that no request counts twice: the one named by `named`; else the first of `conventions` that has
 * counted requests; else the best by its shape.
 * A counter or histogram declared without samples counts zero, if the page has no other request series.
 */
export function readRequests(text: string, named?: NamedRequests, maxLines = MAX_LINES): RequestsReading {
  const page = parsePage(text, maxLines);
  if ('why' in page) return { kind: 'unreadable', why: page.why };
  const { candidates, notRead } = named ? candidatesNamed(page, named) : candidatesOf(page);
  const chosen = candidates.find(({ fault, requests }) => fault !== undefined || requests > 0) ?? candidates[0] ?? declaredIn(page, named);
  const started = page.processStartTime === undefined ? {} : { processStartTime: page.processStartTime };
  if (!chosen) return { kind: 'noSeries', ...started, notRead };
  const { metric, statusLabel, row, samples, requests, errors, fault } = chosen;
  if (fault !== undefined) return { kind: 'unreadable', why: `${metric} ${fault}` };
  const others = candidates.filter((one) => one !== chosen).map((one) => ({ metric: one.metric, why: whyNot(one, chosen) }));
  return {
    kind: 'counts', requests, errors, metric, statusLabel, row, samples, ...started,
    notRead: [...others, ...notRead].slice(0, MAX_NOT_READ),
  };
}

function whyNot({ fault, requests }: Candidate, chosen: Candidate): string {
  if (fault !== undefined) return `it ${fault}`;
  return requests === 0 && chosen.requests > 0
    ? 'it has counted nothing'
    : `${chosen.metric} comes first in the order of preference (row ${chosen.row})`;
}
