import type { DesiredOf } from '../desired';
import { aimOf, boundsOf, heldAt, isHeld, type Bounds } from '../hold';
import { readyOf, templateRelease, type Live, type LiveWorkload } from '../live';
import { done, firstOf, waitFor, type NextWrite } from '../write';
import { applyOver, ensureCopies, ensureTemplate, migrate } from './ensure';

/**
 * Gives `web` the new template with a rolling update that stops at the partition, and lets it replace more pods only
 * once as many new ones are ready according to the same live read. The controller of Kubernetes replaces the pods, and
 * keeps the partition while no process of Alloy runs.
 */
export function setPartition(desired: DesiredOf<'setPartition'>, live: Live): NextWrite {
  const { revision, bounds } = desired;
  const { web } = live;
  // The watcher reports its deletion, and the rollback creates it again.
  if (!web) return waitFor('stable_ready');
  const aim = aimOf(bounds, web.replicas);
  return (
    firstOf(
      () => ensureCopies(desired, live, revision.copies),
      () => approach(desired, web),
      () => ensureTemplate(web, { rolling: heldAt(revision.rolling, boundsOf(web.object)) }),
      () => (readyOf(web, revision.release) < aim.fresh ? waitFor('canary_ready') : undefined),
      () => (oldPods(desired, web) > aim.old ? waitFor('pods_gone') : undefined),
    ) ?? done({ type: 'TrafficShifted', data: reached(desired, web) })
  );
}

/** The next bounds towards those of the step; undefined: the live ones are these, or new pods must be ready first. */
function approach(desired: DesiredOf<'setPartition'>, web: LiveWorkload): NextWrite | undefined {
  const { revision: { release, rolling }, bounds } = desired;
  const { object, replicas } = web;
  const isPartitioned = templateRelease(object) === release && isHeld(object);
  const before = isPartitioned ? boundsOf(object) : { ...bounds, maxUnavailable: 0 };
  const next = { maxSurge: bounds.maxSurge, maxUnavailable: unavailableNow(desired, web, before) };
  if (isPartitioned && isSame(next, before, replicas)) return undefined;
  return migrate(object) ?? applyOver(heldAt(rolling, next), object);
}

/**
 * As many old pods may go as new ones are ready, besides those that the policy allows to miss; never fewer than before,
 * which would undo nothing. The percentage of the step, where it is no more than that: it keeps its meaning if the
 * workload is scaled.
 */
function unavailableNow(
  { revision: { release }, bounds, allowedMissing }: DesiredOf<'setPartition'>, web: LiveWorkload, before: Bounds,
): number | string {
  const gone = (maxUnavailable: number | string): number => web.replicas - aimOf({ maxSurge: 0, maxUnavailable }, web.replicas).old;
  const allowed = readyOf(web, release) + allowedMissing;
  if (gone(bounds.maxUnavailable) <= allowed) return bounds.maxUnavailable;
  return gone(before.maxUnavailable) >= allowed ? before.maxUnavailable : allowed;
}

const isSame = (one: Bounds, other: Bounds, replicas: number): boolean => {
  const [a, b] = [aimOf(one, replicas), aimOf(other, replicas)];
  return a.fresh === b.fresh && a.old === b.old && typeof one.maxUnavailable === typeof other.maxUnavailable;
};

const oldPods = ({ revision: { release } }: DesiredOf<'setPartition'>, { byRelease }: LiveWorkload): number =>
  byRelease.filter((count) => count.release !== release).reduce((sum, { pods }) => sum + pods, 0);

/** Each ready pod gets the same part of the traffic. */
function reached({ weight, revision: { release } }: DesiredOf<'setPartition'>, web: LiveWorkload) {
  const fresh = readyOf(web, release);
  const share = web.ready === 0 ? 0 : Math.round((1000 * fresh) / web.ready) / 10;
  return { asked: weight, reached: share, canaryReady: fresh, stableReady: web.ready - fresh };
}
