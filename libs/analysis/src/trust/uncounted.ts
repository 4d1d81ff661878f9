import { logTailBound } from './binomial-bound';
import type { TrackPages } from './track-pages';
import { trafficShare } from './traffic-share';

/** Default part of its expected share of the requests that the canary must count. */
export const DEFAULT_MIN_TRAFFIC_SHARE = 0.5;

/** Why the canary's page may omit requests, with the numbers. */
export interface Uncounted {
  /** Clauses for users; empty: no sign of uncounted requests. */
  readonly hints: readonly string[];
  /** Requests that as many stable pods would have counted; null: no comparison possible. */
  readonly expectedRequests: number | null;
  /** Whether stable has a reliable page that was not read for long enough yet to compare the traffic. */
  readonly awaitsStable: boolean;
}

/** Probability that reads that fail equally often on both tracks are called worse on the canary. */
const ALPHA = 0.001;
/** Pages are read twice in a row at the start of a stage, and then once a second. */
const MIN_EXPOSURE_MS = 1_000;
/** Fewer failed reads may be accidental. */
const MIN_FAILURES = 3;

interface Compared {
  /** See `trafficShare`. */
  readonly weight?: number | undefined;
  /** What texts call the pods that the canary is compared with; default `stable`. */
  readonly other?: string;
}

/**
 * Signs of requests that the canary fails without counting them, as a server does whose handler panics: missing
 * traffic, restarts of its containers,
 * and connections that break while its page is read. `minShare` 0 ignores the traffic.
 * Pure.
 */
export function uncounted(
  canary: TrackPages, stable: TrackPages, minShare: number, { weight, other = 'stable' }: Compared = {},
): Uncounted {
  const share = trafficShare(canary, stable, minShare, weight);
  const counted = canary.counted?.requests ?? 0;
  const hints = [
    ...(share?.isShort
      ? [
          `it counts ${counted} requests, while its share of the traffic is about ${Math.round(share.expected)} (${other} counts ${stable.counted?.requests ?? 0})`,
        ]
      : []),
    ...(restartsMore(canary, stable)
      ? [
          `its containers restarted ${canary.restarts} times while it was observed (${other} ${stable.restarts} times), which loses earlier counts`,
        ]
      : []),
    ...(breaksMore(canary, stable)
      ? [
          `${canary.connectionFailures} of ${canary.reads + canary.connectionFailures} reads of its metrics page broke off (${other} ${stable.connectionFailures} of ${stable.reads + stable.connectionFailures})`,
        ]
      : []),
  ];
  const awaitsStable = minShare > 0 && stable.flawed === null && stable.reads > 0 && stable.exposureMs < MIN_EXPOSURE_MS;
  return { hints, expectedRequests: share ? Math.round(share.expected) : null, awaitsStable };
}

/** Whether the canary restarted more often, relative to the time that its pods ran. */
const restartsMore = (canary: TrackPages, stable: TrackPages): boolean =>
  canary.restarts > stable.restarts * (stable.exposureMs > 0 ? canary.exposureMs / stable.exposureMs : 1);

/** Whether reads of the canary fail more often than its share of all reads; with the same bound as the traffic. */
function breaksMore(canary: TrackPages, stable: TrackPages): boolean {
  const [x, y] = [canary.connectionFailures, stable.connectionFailures];
  const [ours, theirs] = [canary.reads + x, stable.reads + y];
  if (x < MIN_FAILURES) return false;
  const w = ours / (ours + theirs);
  return x / (x + y) > w && logTailBound(x + y, x, w) <= Math.log(ALPHA);
}
