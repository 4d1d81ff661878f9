import type { Counts } from './judge';
import { parseSample, type Sample } from './prometheus';

export const REQUESTS_METRIC = 'http_requests_total';
const STATUS_LABELS = ['code', 'status', 'status_code'] as const;
/** Lines of one page that are read; a longer page is refused rather than half read. */
export const MAX_LINES = 20_000;

/**
 * Sums `http_requests_total` over all series of a metrics page; errors are those whose `code`, `status` or `status_code` is a 5xx.
 * Undefined where there is nothing to go by: no such metric, a malformed, NaN, infinite or negative one, or a page of more than `maxLines`.
 */
export function parseRequestCounts(page: string, maxLines = MAX_LINES): Counts | undefined {
  let [requests, errors, series] = [0, 0, 0];
  let lines = 0;
  for (const line of linesOf(page)) {
    if (++lines > maxLines) return undefined;
    if (!line.trimStart().startsWith(REQUESTS_METRIC)) continue;
    const sample = parseSample(line);
    if (sample === undefined) return undefined;
    const status = sample.name === REQUESTS_METRIC ? statusOf(sample) : undefined;
    if (status === undefined) continue;
    if (!Number.isFinite(sample.value) || sample.value < 0) return undefined;
    series++;
    requests += sample.value;
    if (isError(status)) errors += sample.value;
  }
  return series === 0 ? undefined : { requests, errors };
}

const statusOf = ({ labels }: Sample): string | undefined => {
  const label = STATUS_LABELS.find((name) => labels.has(name));
  return label && labels.get(label);
};

const isError = (status: string): boolean => /^5(?:\d\d|xx)$/i.test(status);

/** Line by line without holding them all. */
function* linesOf(page: string): Generator<string> {
  for (let start = 0; start < page.length; ) {
    const end = page.indexOf('\n', start);
    yield page.slice(start, end === -1 ? page.length : end);
    if (end === -1) return;
    start = end + 1;
  }
}
