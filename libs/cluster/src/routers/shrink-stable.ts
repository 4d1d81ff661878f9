import type { DesiredOf, DesiredTraffic } from '../desired';
import type { LiveWorkload } from '../live';
import { ensureReplicas } from '../steps/ensure';
import { mayShrink } from '../steps/may-shrink';
import { waitFor, type NextWrite } from '../write';

/**
 * The pods that stable's weight needs no more, if the plan has fewer than at first. They go last, after the time for
 * their last requests: a proxy may send by the old weights for a moment.
 */
export function shrinkStable(
  desired: DesiredOf<'shiftTraffic'>, web: LiveWorkload, canary: LiveWorkload, traffic: DesiredTraffic,
): NextWrite | undefined {
  const { split: { stable }, replicas } = desired;
  if (stable >= replicas) return undefined;
  const drainSeconds = Math.min(desired.drainSeconds, traffic.drainSeconds);
  if (web.replicas <= stable) return web.pods > stable ? waitFor('pods_gone') : undefined;
  if (drainSeconds > 0) return waitFor('traffic_drained', drainSeconds);
  return mayShrink(desired, web, canary) ? ensureReplicas(desired, web, stable) : waitFor('stable_settled');
}
