import type { DesiredOf } from '../desired';
import { fenceOf, standing } from '../fence';
import { readyOf, type Live, type LiveWorkload } from '../live';
import { keyOf } from '../with-owner';
import type { Revision } from '../revision';
import { routerNamed } from '../routers/registry';
import type { Shared } from '../shared';
import { done, firstOf, waitFor, type NextWrite } from '../write';
import { awaitFollowers, isRestored } from './await-followers';
import {
  applyShared,
  createAbsent,
  ensureAtLeast,
  ensureCopies,
  ensureFence,
  ensureTemplate,
  ensureReplicas,
  ensureRevision,
  raiseForAllTraffic,
  remove,
  deleteUnusedCopies,
} from './ensure';
import { ownBaseline, removeBaseline } from './remove-baseline';
import { prune, pruned } from './prune';
import { removeCanary, restoreStrategy } from './retire';
import { returnTraffic, returnTrafficAtOnce, shrinkCanary, type Short } from './return-traffic';

/**
 * Restores the old version and its number of pods on `web`, and removes one canary pod for each of its pods that
 * becomes ready.
 */
export function rollback(desired: DesiredOf<'rollback'>, live: Live): NextWrite {
  const { revision } = desired;
  const next = revision ? rollBackTo(desired, live, revision) : rollBackWithoutStable(desired, live);
  return (
    next ??
    done({
      type: 'TrafficShifted',
      data: {
        asked: 0, reached: 0, canaryReady: live.canary?.ready ?? 0, stableReady: live.web?.ready ?? 0,
        ...(revision && pruned(desired, live)),
      },
    })
  );
}

function rollBackTo(desired: DesiredOf<'rollback'>, live: Live, revision: Revision): NextWrite | undefined {
  const { web, canary } = live;
  const short = shortOf(desired, live);
  return firstOf(
    // Before all else, because the router gives stable as much of the traffic as it has pods for.
    () => raiseForAllTraffic(desired, live),
    // The fastest write of all; what it waits for comes later.
    () => returnTrafficAtOnce(desired, live, short),
    // Early, so that from now on the API server refuses delayed writes of earlier decisions.
    () => (canary ? ensureFence(desired, canary.object) : undefined),
    () => (web ? ensureFence(desired, web.object) : undefined),
    () => ensureCopies(desired, live, revision.copies),
    () => createAbsent(live, desired.shared.filter((one) => isRestored(one) && desired.deletedByRelease.has(keyOf(one.object)))),
    () => applyShared(desired, live, changedByRelease(desired, live)),
    () => ensureRevision(desired, web, revision),
    () => (desired.overwritesChange ? ensureTemplate(web, revision) : undefined),
    () => (web ? ensureAtLeast(desired, web, desired.replicas) : undefined),
    () => returnTraffic(desired, live, short),
    () => (canary ? shrinkCanary(desired, canary, short) : undefined),
    () => (isRolledBack(web, revision.release, desired) ? undefined : waitFor('stable_ready')),
    // Pods of the bad version that no controller has deleted yet still get traffic.
    () => (canary && canary.pods > 0 ? waitFor('pods_gone') : undefined),
    () => awaitFollowers(desired, live, changedByRelease(desired, live)),
    () => restoreStrategy(revision, live),
    () => removeCanary(desired, live, revision.release),
    () => removeBaseline(desired, live),
    () => deleteUnusedCopies(desired, live, desired.keepCopies),
    () => prune(desired, live),
  );
}

/** The shared objects that this release has changed: only these are restored. */
const changedByRelease = ({ shared, owner }: DesiredOf<'rollback'>, live: Live): readonly Shared[] =>
  shared.filter(isRestored).filter(({ object }) => {
    const found = live.shared.get(keyOf(object));
    return found !== undefined && standing(found, owner) !== 'foreign' && fenceOf(found)?.slot === owner.fence.slot;
  });

const shortOf = (desired: DesiredOf<'rollback'>, { web }: Live): Short => ({
  missing: Math.max(0, desired.replicas - readyOf(web, desired.revision?.release ?? null)), canaryLast: desired.canaryLast,
});

function isRolledBack(
  web: LiveWorkload | null, release: string | null, { replicas, overwritesChange }: DesiredOf<'rollback'>,
): boolean {
  if (!web || readyOf(web, release) < replicas || web.byRelease.some((count) => count.release !== release)) return false;
  // The pods of the change may have the same label.
  return !overwritesChange || !hasOlderPods(web.object);
}

/** Whether pods of the Deployment have another template than its current one, or may have. */
const hasOlderPods = ({ metadata: { generation = 0 }, status = {} }: LiveWorkload['object']): boolean =>
  (status.observedGeneration ?? 0) < generation || (status.replicas ?? 0) > (status.updatedReplicas ?? 0);

function rollBackWithoutStable(desired: DesiredOf<'rollback'>, live: Live): NextWrite | undefined {
  const { web, canary } = live;
  const baseline = ownBaseline(live);
  const router = routerNamed(desired.router);
  return firstOf(
    () => router.limit(desired, live, 0),
    () => (canary ? remove(desired, canary.object) : undefined),
    () => (baseline ? remove(desired, baseline.object) : undefined),
    () => (web && desired.scaleToZero ? ensureReplicas(desired, web, 0) : undefined),
    () => (web && desired.scaleToZero && web.pods > 0 ? waitFor('pods_gone') : undefined),
    () => deleteUnusedCopies(desired, live, desired.keepCopies),
  );
}
