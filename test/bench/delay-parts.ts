import type { TimedExchange } from '../support/api-proxy';

/** Where the time from a decision to a write goes, ms. */
export interface DelayParts {
  /** Until the first request to the API server: the commit of the decision, the wake-up and the read of the stream. */
  readonly beforeRequests: number;
  /** While at least one GET is in progress, and no write. */
  readonly reads: number;
  /** While at least one write is in progress. */
  readonly writes: number;
  /** No request is in progress: the stream is read again before each write. */
  readonly between: number;
}

type Timed = Pick<TimedExchange, 'method' | 'begunAt' | 'endedAt'>;

/** Divides the time from `from` to `until` (ms since 1970); requests outside of it do not count. */
export function delayParts(exchanges: readonly Timed[], from: number, until: number): DelayParts {
  const within = exchanges.filter(({ begunAt, endedAt }) => endedAt >= from && begunAt <= until);
  const first = Math.min(until, ...within.map(({ begunAt }) => Math.max(begunAt, from)));
  const parts = { beforeRequests: first - from, reads: 0, writes: 0, between: 0 };
  const moments = [first, until, ...within.flatMap(({ begunAt, endedAt }) => [begunAt, endedAt])]
    .filter((at) => at >= first && at <= until)
    .toSorted((a, b) => a - b);
  moments.slice(1).forEach((end, index) => {
    const begin = moments[index]!;
    const open = within.filter(({ begunAt, endedAt }) => begunAt <= begin && endedAt >= end);
    parts[open.length === 0 ? 'between' : open.some(({ method }) => method !== 'GET') ? 'writes' : 'reads'] += end - begin;
  });
  return parts;
}
