import type { DesiredOf } from '../desired';
import { readyOf, type Live, type LiveWorkload } from '../live';
import { done, firstOf, waitFor, type NextWrite } from '../write';
import { ensureAtLeast, ensureCopies, ensureReplicas, ensureRevision } from './ensure';

/**
 * `web` takes the new template while the canary carries the traffic, gets ready, grows to N, gets ready; only then does the canary let go.
 * Without a canary the old pods carry on until new ones are ready.
 */
export function promote(desired: DesiredOf<'promote'>, live: Live): NextWrite {
  const { revision, replicas } = desired;
  const { web, canary } = live;
  return (
    firstOf(
      () => ensureCopies(desired, live, revision.copies),
      () => ensureRevision(desired, web, revision),
      () => (web && canary ? settled(web, revision.release) : undefined),
      () => (web ? ensureAtLeast(desired, web, replicas) : undefined),
      () => (canary && canary.replicas > 0 && readyOf(web, revision.release) < replicas ? waitFor('stable_ready') : undefined),
      () => (canary ? ensureReplicas(desired, canary, 0) : undefined),
    ) ?? done({ type: 'WorkloadScaled', data: { track: 'stable', replicas } })
  );
}

/** Every pod that `web` wants is of the version and ready. */
function settled(web: LiveWorkload, release: string | null): NextWrite | undefined {
  return readyOf(web, release) >= web.replicas && web.byRelease.every((count) => count.release === release) ? undefined : waitFor('stable_settled');
}
