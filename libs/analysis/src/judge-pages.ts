import { judge, type Limits, type TrackCounts } from './judge';
import type { PageFlaw } from './trust/page-history';
import type { TrackPages } from './trust/track-pages';
import { DEFAULT_MIN_TRAFFIC_SHARE, uncounted } from './trust/uncounted';
import type { Judgement, Numbers } from './verdict';

export interface PagesInput {
  readonly canary: TrackPages;
  /** With `limits.baseline` the pods of the baseline. */
  readonly stable: TrackPages;
  readonly limits: Limits & {
    /** Part of its expected share of the traffic that the canary must count, 0..1; default 0.5, 0: any. */
    readonly minTrafficShare?: number;
    /** Percent that the router gives to the canary, if `isWeighted`; otherwise its pods decide. */
    readonly weight?: number;
    readonly isWeighted?: true;
  };
}

/**
 * Judges the canary by its pods' metrics pages, if the pages are reliable.
 * A canary page that several processes serve in turn, or whose counters decrease without a restart, is inconclusive.
 * Counted errors are real and fail the canary.
 * Signs of uncounted requests make a pass inconclusive, and so does a stable page that was read too briefly to find
 * them. An unreliable stable page is not used as a baseline, and
 * excuses no errors. Pure.
 */
export function judgePages({ canary, stable, limits }: PagesInput): Judgement {
  const weight = limits.isWeighted ? limits.weight : undefined;
  const other = limits.baseline ? 'baseline' : 'stable';
  const { hints, expectedRequests, awaitsStable } = uncounted(
    canary, stable, limits.minTrafficShare ?? DEFAULT_MIN_TRAFFIC_SHARE, { weight, other },
  );
  const judged = judge({ canary: countsOf(canary), baseline: stable.flawed ? null : countsOf(stable), limits });
  const numbers: Numbers = {
    ...judged.numbers, expectedRequests, canaryRestarts: canary.restarts, baselineRestarts: stable.restarts,
    canaryBrokenReads: canary.connectionFailures, baselineBrokenReads: stable.connectionFailures,
    canaryOwnReads: canary.ownReads, baselineOwnReads: stable.ownReads,
  };
  if (canary.flawed)
    return {
      verdict: 'inconclusive', code: canary.flawed.flaw, numbers,
      detail: `${flawText('canary', canary.flawed)}; ${advice[canary.flawed.flaw]}`,
    };
  if (judged.verdict === 'fail')
    return stable.flawed ? withoutBaseline(judged, flawText(other, stable.flawed), stable.flawed, numbers) : { ...judged, numbers };
  if (hints.length > 0 && canary.counted !== null)
    return {
      verdict: 'inconclusive', code: 'requests_uncounted', numbers,
      detail: `the canary may fail requests that it does not count: ${hints.join('; ')}; ${UNCOUNTED_ADVICE}`,
    };
  if (judged.verdict === 'pass' && awaitsStable)
    return {
      verdict: 'inconclusive', code: 'no_data', numbers,
      detail: `the metrics pages of ${other} were not read for a second yet, so the canary's share of the traffic is unknown`,
    };
  return {
    ...judged,
    numbers,
    ...(stable.flawed &&
      judged.verdict === 'pass' && { detail: `${judged.detail}; ${flawText(other, stable.flawed)}, so there was no baseline` }),
  };
}

const countsOf = ({ counted, ownReads }: TrackPages): TrackCounts | null => counted && { ...counted, ownReads };

/** Without a baseline: the canary may be as good as stable. */
const withoutBaseline = ({ detail }: Judgement, why: string, { flaw }: NonNullable<TrackPages['flawed']>, numbers: Numbers): Judgement => ({
  verdict: 'inconclusive', code: flaw, numbers,
  detail: `${detail}, and there is no baseline to compare with: ${why}; ${advice[flaw]}`,
});

const flawText = (track: string, { pod, flaw }: NonNullable<TrackPages['flawed']>): string =>
  flaw === 'several_processes'
    ? `several processes serve the metrics page of ${track} pod ${pod} in turn, each with its own counters`
    : `the counters of ${track} pod ${pod} decreased although neither its process nor its container restarted`;

const advice: Readonly<Record<PageFlaw, string>> = {
  several_processes:
    'serve one page with the counts of all processes (prometheus-client: PROMETHEUS_MULTIPROC_DIR; Node.js cluster: AggregatorRegistry), run one process per container, or set `analysis: {mode: health}`',
  counters_fell: 'several processes may serve one port: serve one page with the counts of all of them, or set `analysis: {mode: health}`',
};
const UNCOUNTED_ADVICE =
  'a panic can end requests before they are counted: recover panics inside the metrics middleware; where clients keep their connections to old pods, lower `analysis.minTrafficShare`';
