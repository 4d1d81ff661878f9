import { logTailBound } from './binomial-bound';
import type { TrackPages } from './track-pages';
import { trafficShare } from './traffic-share';

/** The canary must count at least this part of its share of the requests, unless the policy says otherwise. */
export const DEFAULT_MIN_TRAFFIC_SHARE = 0.5;

/** Why the canary's page may leave requests out, with the numbers. */
export interface Uncounted {
  /** Clauses for people; empty: nothing points to requests that are not counted. */
  readonly hints: readonly string[];
  /** Requests that as many stable pods would have counted; null: nothing to compare with. */
  readonly expectedRequests: number | null;
}

/** Chance that reads which fail as often on both tracks are called worse on the canary. */
const ALPHA = 0.001;
/** Failed reads that are no accident. */
const MIN_FAILURES = 3;

/**
 * What points to requests that the canary fails and does not count, as a server does whose handler panics: a gap in its traffic, restarts of its containers,
 * and connections that break when its page is read. `minShare` 0 leaves the traffic out. Pure.
 */
export function uncounted(canary: TrackPages, stable: TrackPages, minShare: number): Uncounted {
  const share = trafficShare(canary, stable, minShare);
  const counted = canary.counted?.requests ?? 0;
  const hints = [
    ...(share?.isShort ? [`it counts ${counted} requests where its share of the traffic is about ${Math.round(share.expected)} (stable counts ${stable.counted?.requests ?? 0})`] : []),
    ...(restartsMore(canary, stable) ? [`its containers restarted ${canary.restarts} times while it was observed (stable ${stable.restarts} times), and what they counted before is lost`] : []),
    ...(breaksMore(canary, stable) ? [`${canary.connectionFailures} of ${canary.reads + canary.connectionFailures} reads of its metrics page broke off (stable ${stable.connectionFailures} of ${stable.reads + stable.connectionFailures})`] : []),
  ];
  return { hints, expectedRequests: share ? Math.round(share.expected) : null };
}

/** More often for the time that its pods ran. */
const restartsMore = (canary: TrackPages, stable: TrackPages): boolean => canary.restarts > stable.restarts * (stable.exposureMs > 0 ? canary.exposureMs / stable.exposureMs : 1);

/** A broken read falls on the canary as often as its part of all reads; the same bound as for the traffic. */
function breaksMore(canary: TrackPages, stable: TrackPages): boolean {
  const [x, y] = [canary.connectionFailures, stable.connectionFailures];
  const [ours, theirs] = [canary.reads + x, stable.reads + y];
  if (x < MIN_FAILURES) return false;
  const w = ours / (ours + theirs);
  return x / (x + y) > w && logTailBound(x + y, x, w) <= Math.log(ALPHA);
}
