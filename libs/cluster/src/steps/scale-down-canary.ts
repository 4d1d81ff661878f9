import type { DesiredOf } from '../desired';
import type { Live } from '../live';
import { done, firstOf, waitFor, type NextWrite } from '../write';
import { ensureAtLeast, ensureFence, raiseForAllTraffic } from './ensure';
import { removeBaseline } from './remove-baseline';
import { returnTraffic, returnTrafficAtOnce, shrinkCanary, type Short } from './return-traffic';

/**
 * Stable gets its pods, then all of the traffic, then the canary has no pods any more. Its Deployment stays, with its
 * template and what its pods read. As in the rollback of a canary, `web` keeps its template.
 */
export function scaleDownCanary(desired: DesiredOf<'scaleDownCanary'>, live: Live): NextWrite {
  const { web, canary } = live;
  const short: Short = { missing: Math.max(0, desired.replicas - (web?.ready ?? 0)), canaryLast: false };
  return (
    firstOf(
      // Before all else, because the router gives stable as much of the traffic as it has pods for.
      () => raiseForAllTraffic(desired, live),
      () => returnTrafficAtOnce(desired, live, short),
      // Early, so that from now on the API server refuses delayed writes of earlier decisions.
      () => (canary ? ensureFence(desired, canary.object) : undefined),
      () => (web ? ensureFence(desired, web.object) : undefined),
      () => (web ? ensureAtLeast(desired, web, desired.replicas) : undefined),
      () => returnTraffic(desired, live, short),
      () => (canary ? shrinkCanary(desired, canary, short) : undefined),
      () => (short.missing > 0 ? waitFor('stable_ready') : undefined),
      // Pods that no controller has deleted yet still get traffic.
      () => (canary && canary.pods > 0 ? waitFor('pods_gone') : undefined),
      // There is nothing to compare any more.
      () => removeBaseline(desired, live),
    ) ??
    done({ type: 'TrafficShifted', data: { asked: 0, reached: 0, canaryReady: canary?.ready ?? 0, stableReady: web?.ready ?? 0 } })
  );
}
