import type { DesiredOf } from '../desired';
import { readyOf, type Live, type LiveWorkload } from '../live';
import { done, firstOf, waitFor, type NextWrite } from '../write';
import { ensureAtLeast, ensureCopies, ensureReplicas, ensureRevision } from './ensure';

/**
 * `web` takes the new template while the canary carries the traffic, gets ready, grows to N, gets ready; only then does the canary let go.
 * Without a canary the old pods carry on until new ones are ready.
 */
export function promote(desired: DesiredOf<'promote'>, live: Live): NextWrite {
  const { revision, promoted } = desired;
  const { web, canary } = live;
  return (
    firstOf(
      () => ensureCopies(desired, live, revision.copies),
      () => ensureRevision(desired, web, revision),
      () => (web && canary ? settled(web, revision.release) : undefined),
      () => (web ? grow(desired, web, canary) : undefined),
      () => (canary ? letGo(desired, live, canary) : undefined),
      () => (web && !live.hpa && web.replicas > promoted ? (settled(web, revision.release) ?? ensureReplicas(desired, web, promoted)) : undefined),
    ) ?? done({ type: 'WorkloadScaled', data: { track: 'stable', replicas: promoted } })
  );
}

/** To N at least while the canary has yet to let go, then to what the new version is to have. */
function grow(desired: DesiredOf<'promote'>, web: LiveWorkload, canary: LiveWorkload | null): NextWrite | undefined {
  const { replicas, promoted } = desired;
  return ensureAtLeast(desired, web, canary && canary.replicas > 0 ? Math.max(replicas, promoted) : promoted);
}

function letGo(desired: DesiredOf<'promote'>, { web }: Live, canary: LiveWorkload): NextWrite | undefined {
  if (canary.replicas === 0) return undefined;
  return readyOf(web, desired.revision.release) < desired.replicas ? waitFor('stable_ready') : ensureReplicas(desired, canary, 0);
}

/** Every pod that `web` wants is of the version and ready. */
function settled(web: LiveWorkload, release: string | null): NextWrite | undefined {
  return readyOf(web, release) >= web.replicas && web.byRelease.every((count) => count.release === release) ? undefined : waitFor('stable_settled');
}
