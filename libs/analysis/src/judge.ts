import { enoughRequests } from './enough-requests';
import type { Judgement, Numbers } from './verdict';

/** Requests and failed requests (5xx) of one track during an observation. */
export interface Counts {
  readonly requests: number;
  readonly errors: number;
}

/**
 * Ratios 0..1. The canary fails above max(`maxErrorRate`, baseline + `maxErrorRateIncrease`), with at least
 * `minRequests`.
 */
export interface Limits {
  readonly minRequests: number;
  readonly maxErrorRate: number;
  readonly maxErrorRateIncrease: number;
  /** An experiment: a pass requires `minRequests` of the baseline, too. */
  readonly baseline?: true;
}

/** Counts of a track. */
export interface TrackCounts extends Counts {
  /** Requests that may be Alloy's own reads of the metrics page; default 0. */
  readonly ownReads?: number;
}

/** A track is null if no metrics endpoint answered. */
export interface JudgeInput {
  readonly canary: TrackCounts | null;
  readonly baseline: TrackCounts | null;
  readonly limits: Limits;
}

const ADVICE = 'a workload without request metrics can be judged by `analysis: {mode: health}`';

/**
 * Compares the canary's error rate with the baseline's. Pure and deterministic; missing or invalid data (NaN, infinite,
 * negative) is never a pass.
 * A baseline of fewer than `minRequests` cannot excuse a canary above `maxErrorRate`: that is inconclusive.
 */
export function judge({ canary, baseline, limits }: JudgeInput): Judgement {
  if (canary === null)
    return inconclusive(
      'no_metrics_endpoint',
      numbersOf(null, valid(baseline), limits),
      `no canary pod answers with a metrics page that counts requests (\`alloy metrics inspect\` shows why); ${ADVICE}`,
    );
  const counted = valid(canary);
  const compared = valid(baseline);
  const numbers = numbersOf(counted, compared, limits);
  if (counted === null) return inconclusive('no_data', numbers, `the canary's counters are invalid; ${ADVICE}`);
  if (counted.requests === 0)
    return inconclusive('too_few_requests', numbers, `no request reached the canary, ${limits.minRequests} are required`);
  if (!enoughRequests(counted.requests, limits.minRequests, counted.ownReads))
    return inconclusive('too_few_requests', numbers, `${requestsText(counted)}, ${limits.minRequests} are required`);
  return compare(counted, compared, numbers, limits);
}

function compare(canary: TrackCounts, baseline: TrackCounts | null, numbers: Numbers, limits: Limits): Judgement {
  const rate = canary.errors / canary.requests;
  const threshold = numbers.threshold!;
  const seen = `error rate ${percent(rate)} on ${canary.requests} canary requests`;
  const against =
    baseline && baseline.requests > 0 ? `baseline ${percent(baseline.errors / baseline.requests)} on ${baseline.requests}` : 'no baseline';
  if (rate > threshold)
    return { verdict: 'fail', code: 'error_rate', numbers, detail: `${seen}, above ${percent(threshold)} (${against})` };
  const excused = rate > limits.maxErrorRate;
  const isComparable = baseline !== null && enoughRequests(baseline.requests, limits.minRequests, baseline.ownReads);
  if ((excused || limits.baseline) && !isComparable) {
    return inconclusive(
      'too_few_requests',
      numbers,
      `${seen}${excused ? `, above ${percent(limits.maxErrorRate)}` : ''}, and too few baseline requests to compare with (${against}), ${limits.minRequests} are required`,
    );
  }
  return { verdict: 'pass', code: 'within_limits', numbers, detail: `${seen}, within ${percent(threshold)} (${against})` };
}

const requestsText = ({ requests, ownReads = 0 }: TrackCounts): string =>
  `${requests} canary requests${ownReads > 0 ? `, of which ${ownReads} may be Alloy's own reads of the metrics page` : ''}`;

const inconclusive = (code: 'no_metrics_endpoint' | 'no_data' | 'too_few_requests', numbers: Numbers, detail: string): Judgement => ({
  verdict: 'inconclusive', code, numbers, detail,
});

function numbersOf(canary: TrackCounts | null, baseline: TrackCounts | null, limits: Limits): Numbers {
  const baselineErrorRate = rateOf(baseline);
  return {
    canaryRequests: canary?.requests ?? 0,
    canaryErrors: canary?.errors ?? 0,
    canaryErrorRate: rateOf(canary),
    baselineRequests: baseline?.requests ?? 0,
    baselineErrors: baseline?.errors ?? 0,
    baselineErrorRate,
    threshold: Math.max(limits.maxErrorRate, baselineErrorRate === null ? 0 : baselineErrorRate + limits.maxErrorRateIncrease),
    minRequests: limits.minRequests,
    measurements: null,
  };
}

const rateOf = (counts: Counts | null): number | null =>
  counts === null || counts.requests === 0 ? null : counts.errors / counts.requests;

/** The counts if they are valid; null otherwise. */
function valid(counts: TrackCounts | null): TrackCounts | null {
  if (counts === null) return null;
  const { requests, errors } = counts;
  return Number.isFinite(requests) && Number.isFinite(errors) && errors >= 0 && errors <= requests ? counts : null;
}

const percent = (rate: number): string => `${Number((rate * 100).toFixed(rate > 0 && rate < 0.001 ? 3 : 1))} %`;
