import type { DesiredOf } from '../desired';
import type { LiveWorkload } from '../live';

/**
 * Whether stable is not in a rollout, and enough pods stay ready: the planned number, or as many as now. A controller
 * removes unready pods first.
 */
export function mayShrink({ split, replicas }: DesiredOf<'shiftTraffic'>, web: LiveWorkload, canary: LiveWorkload): boolean {
  const left = Math.min(web.ready, split.stable);
  return web.byRelease.length <= 1 && left + canary.ready >= Math.min(replicas, web.ready + canary.ready);
}
