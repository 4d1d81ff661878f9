import { RELEASE_LABEL, type KubeObject } from '@alloy/contracts';
import type { DesiredOf } from '../desired';
import type { Live, LiveWorkload } from '../live';
import { done, firstOf, refused, waitFor, write, type NextWrite } from '../write';
import { objectsOf } from './objects-of';
import { asCreated, createAbsent, ensureCopies, remove } from './ensure';

/** Copies, absent shared objects, and the canary's Deployment with no pods. */
export function apply(desired: DesiredOf<'apply'>, live: Live): NextWrite {
  const { canaryManifest, revision, shared } = desired;
  return (
    firstOf(
      () => refuseRecreate(desired, live),
      () => ensureCopies(desired, live, revision.copies),
      () => createAbsent(live, shared),
      () => (live.canary ? leftover(desired, live, live.canary) : undefined),
      () => (canaryManifest && !live.canary ? write({ verb: 'create', object: asCreated(canaryManifest, desired.owner) }) : undefined),
    ) ?? done({ type: 'ManifestsApplied', data: { objects: objectsOf(desired.owner, created(desired), live) } })
  );
}

const created = ({ revision, shared, canaryManifest }: DesiredOf<'apply'>): readonly KubeObject[] => [
  ...revision.copies,
  ...shared.map(({ object }) => object),
  ...(canaryManifest ? [canaryManifest] : []),
];

function refuseRecreate({ canaryManifest, web }: DesiredOf<'apply'>, live: Live): NextWrite | undefined {
  const recreates = [canaryManifest, live.web?.object].some((deployment) => deployment?.spec.strategy?.type === 'Recreate');
  return canaryManifest && recreates ? refused('strategy_unsupported', `Deployment ${web} has the strategy Recreate, which can't be released as a canary`) : undefined;
}

/** A canary that an ended release left goes first, but never while it is what serves. */
function leftover(desired: DesiredOf<'apply'>, live: Live, canary: LiveWorkload): NextWrite | undefined {
  if (canary.object.metadata.labels?.[RELEASE_LABEL] === desired.owner.releaseId) return undefined;
  const spare = canary.ready === 0 || (live.web?.ready ?? 0) >= desired.replicas;
  return spare ? remove(desired, canary.object) : waitFor('stable_ready');
}
