import type { DesiredOf } from '../desired';
import { fenceOf, standing } from '../fence';
import { readyOf, type Live, type LiveWorkload } from '../live';
import { keyOf } from '../with-owner';
import type { Revision } from '../revision';
import type { Shared } from '../shared';
import { done, firstOf, waitFor, type NextWrite } from '../write';
import { applyShared, ensureAtLeast, ensureCopies, ensureFence, ensureReplicas, ensureRevision, remove, deleteUnusedCopies } from './ensure';
import { removeCanary, restoreStrategy } from './retire';

/** The old version and N on `web`; one canary pod goes for each pod of it that is ready. */
export function rollback(desired: DesiredOf<'rollback'>, live: Live): NextWrite {
  const { revision } = desired;
  const next = revision ? back(desired, live, revision) : nothingToGoBackTo(desired, live);
  return next ?? done({ type: 'TrafficShifted', data: { asked: 0, reached: 0, canaryReady: live.canary?.ready ?? 0, stableReady: live.web?.ready ?? 0 } });
}

function back(desired: DesiredOf<'rollback'>, live: Live, revision: Revision): NextWrite | undefined {
  const { web, canary } = live;
  return firstOf(
    // First of all, whatever an earlier decision still has under way is refused from now on.
    () => (canary ? ensureFence(desired, canary.object) : undefined),
    () => (web ? ensureFence(desired, web.object) : undefined),
    () => ensureCopies(desired, live, revision.copies),
    () => applyShared(desired, live, changedHere(desired, live)),
    () => ensureRevision(desired, web, revision),
    () => (web ? ensureAtLeast(desired, web, desired.replicas) : undefined),
    () => (canary ? shrinkCanary(desired, live, canary) : undefined),
    () => (isBack(web, revision.release, desired.replicas) ? undefined : waitFor('stable_ready')),
    // A pod of the bad version that nobody has deleted yet still gets traffic.
    () => (canary && canary.pods > 0 ? waitFor('pods_gone') : undefined),
    () => restoreStrategy(revision, live),
    () => removeCanary(desired, live, revision.release),
    () => deleteUnusedCopies(desired, live, desired.keepCopies),
  );
}

/** Only what this release changed is given its old content. */
const changedHere = ({ shared, owner }: DesiredOf<'rollback'>, live: Live): readonly Shared[] =>
  shared.filter(({ object }) => {
    const found = live.shared.get(keyOf(object));
    return found !== undefined && standing(found, owner) !== 'foreign' && fenceOf(found)?.slot === owner.fence.slot;
  });

function shrinkCanary(desired: DesiredOf<'rollback'>, { web }: Live, canary: LiveWorkload): NextWrite | undefined {
  if (canary.replicas === 0) return undefined;
  const missing = Math.max(0, desired.replicas - readyOf(web, desired.revision?.release ?? null));
  // Pods that are not ready carry nothing and go at once, but for those of a healthy canary.
  const keep = desired.canaryLast ? (missing > 0 ? canary.replicas : 0) : Math.min(canary.ready, missing, canary.replicas);
  return keep < canary.replicas ? ensureReplicas(desired, canary, keep) : waitFor('stable_ready');
}

const isBack = (web: LiveWorkload | null, release: string | null, replicas: number): boolean =>
  web !== null && readyOf(web, release) >= replicas && web.byRelease.every((count) => count.release === release);

function nothingToGoBackTo(desired: DesiredOf<'rollback'>, live: Live): NextWrite | undefined {
  const { web, canary } = live;
  return firstOf(
    () => (canary ? remove(desired, canary.object) : undefined),
    () => (web && desired.scaleToZero ? ensureReplicas(desired, web, 0) : undefined),
    () => (web && desired.scaleToZero && web.pods > 0 ? waitFor('pods_gone') : undefined),
    () => deleteUnusedCopies(desired, live, desired.keepCopies),
  );
}
