import type { DesiredOf } from '../desired';
import { readyOf, type Live, type LiveWorkload } from '../live';
import { routerNamed } from '../routers/registry';
import { removeSpareBaseline } from './remove-baseline';
import { done, firstOf, waitFor, type NextWrite } from '../write';
import { ensureAtLeast, ensureCopies, ensureTemplate, ensureReplicas, ensureRevision, raiseForAllTraffic } from './ensure';

/**
 * Gives `web` the new template while the canary carries the traffic, waits until its pods are ready, and scales it up.
 * Only then is the canary scaled to zero. Without a canary the old pods serve until new ones are ready.
 */
export function promote(desired: DesiredOf<'promote'>, live: Live): NextWrite {
  const { revision, promoted } = desired;
  const { web, canary } = live;
  return (
    firstOf(
      () => ensureCopies(desired, live, revision.copies),
      () => raiseForAllTraffic(desired, live),
      () => routerNamed(desired.router).beforePromotion(desired, live),
      () => ensureRevision(desired, web, revision),
      () => ensureTemplate(web, revision),
      () => (web && canary ? settled(web, revision.release) : undefined),
      () => (web ? scaleUp(desired, web, canary) : undefined),
      () => (canary && canary.replicas > 0 && !isPromoted(desired, live) ? waitFor('stable_ready') : undefined),
      () => routerNamed(desired.router).limit(desired, live, 0),
      () => (canary ? ensureReplicas(desired, canary, 0) : undefined),
      // The old version; a user has ended its experiment early.
      () => removeSpareBaseline(desired, live, 'pods'),
      () =>
        web && !live.hpa && web.replicas > promoted
          ? (settled(web, revision.release) ?? ensureReplicas(desired, web, promoted))
          : undefined,
    ) ?? done({ type: 'WorkloadScaled', data: { track: 'stable', replicas: promoted } })
  );
}

/** Scales `web` up to the promoted number of pods, and while the canary has pods at least to the planned number. */
function scaleUp(desired: DesiredOf<'promote'>, web: LiveWorkload, canary: LiveWorkload | null): NextWrite | undefined {
  const { replicas, promoted } = desired;
  return ensureAtLeast(desired, web, canary && canary.replicas > 0 ? Math.max(replicas, promoted) : promoted);
}

/** Whether enough pods of `web` have the new version, so that the canary is needed no more. */
const isPromoted = (desired: DesiredOf<'promote'>, { web }: Live): boolean => readyOf(web, desired.revision.release) >= desired.replicas;

/** Waits until all pods of `web` are of the release and ready. */
function settled(web: LiveWorkload, release: string | null): NextWrite | undefined {
  return readyOf(web, release) >= web.replicas && web.byRelease.every((count) => count.release === release)
    ? undefined
    : waitFor('stable_settled');
}
