import type { Counts } from '../judge';
import { candidatesNamed, candidatesOf, declaredIn, type Candidate } from './candidates';
import { MAX_LINES, parsePage } from './page';
import type { NamedRequests } from './named-requests';

/** Series that a reading names beside the one it read; more help nobody. */
const MAX_NOT_READ = 50;

/** A series that was not read, and why. */
export interface NotRead {
  readonly metric: string;
  readonly why: string;
}

/** The requests that a page counts, and how they were read. */
export interface RequestsRead extends Counts {
  readonly kind: 'counts';
  /** The samples' name. Counts of two reads compare only if it is the same. */
  readonly metric: string;
  readonly statusLabel: string;
  /** Id of the convention that matched: `policy` if the policy names the series, `shape-…` if its shape was recognized. */
  readonly row: string;
  /** How many samples were added up. */
  readonly samples: number;
  /** Seconds since 1970, as the page says it. */
  readonly processStartTime?: number;
  readonly notRead: readonly NotRead[];
}

/** A page that counts no requests by any convention. */
export interface NoRequestSeries {
  readonly kind: 'noSeries';
  readonly processStartTime?: number;
  readonly notRead: readonly NotRead[];
}

/** A text that is no metrics page, or whose counts are no counts (NaN, infinite, negative): no data, which is never a pass. */
export interface UnreadablePage {
  readonly kind: 'unreadable';
  readonly why: string;
}

export type RequestsReading = RequestsRead | NoRequestSeries | UnreadablePage;

/**
 * Reads how many requests a server has answered, and how many of them it failed, from its metrics page.
 * One series is read, so that no request counts twice: the one that `named` names; else the first of `conventions` that has counted something; else the best by its shape.
 * A counter or histogram that is declared and has no sample yet counts zero, if the page has nothing else to read.
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
  return { kind: 'counts', requests, errors, metric, statusLabel, row, samples, ...started, notRead: [...others, ...notRead].slice(0, MAX_NOT_READ) };
}

function whyNot({ fault, requests }: Candidate, chosen: Candidate): string {
  if (fault !== undefined) return `it ${fault}`;
  return requests === 0 && chosen.requests > 0 ? 'it has counted nothing' : `${chosen.metric} comes first in the order of preference (row ${chosen.row})`;
}
