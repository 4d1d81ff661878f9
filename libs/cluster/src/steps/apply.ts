import { RELEASE_LABEL, type KubeObject } from '@alloy/contracts';
import type { DesiredOf } from '../desired';
import type { Deployment } from '../json';
import type { Live, LiveWorkload } from '../live';
import { routerNamed } from '../routers/registry';
import { done, firstOf, refused, write, type NextWrite } from '../write';
import { objectsOf } from './objects-of';
import { absentWrites, applyOver, asCreated, copyWrites, migrate, remove } from './ensure';
import { removeSpareBaseline } from './remove-baseline';
import { inWaves } from './in-waves';

/** Creates the copies, the absent shared objects, and the Deployment of the canary with no pods. */
export function apply(desired: DesiredOf<'apply'>, live: Live): NextWrite {
  const { canaryManifest, revision, shared } = desired;
  const router = routerNamed(desired.router);
  return (
    firstOf(
      () => refuseRecreate(desired, live),
      () => inWaves([...copyWrites(desired, live, revision.copies), ...absentWrites(live, shared)]),
      // Unless its pods are needed: then they go at the promotion.
      () => removeSpareBaseline(desired, live),
      () => (live.canary ? removeLeftover(desired, live, live.canary) : router.limit(desired, live, 0)),
      () => (canaryManifest && !live.canary ? write({ verb: 'create', object: asCreated(canaryManifest, desired.owner) }) : undefined),
      () => (canaryManifest ? router.prepare(desired, live) : undefined),
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
  return canaryManifest && recreates
    ? refused('strategy_unsupported', `Deployment ${web} has the strategy Recreate, which can't be released as a canary or by blueGreen`)
    : undefined;
}

/**
 * Removes the canary that an ended release left, unless it carries traffic: after a rollback that did not finish, its
 * pods may be the only ready ones. In that case a new canary replaces it pod by pod, and a rollout keeps it until the
 * promoted pods are ready.
 */
function removeLeftover(desired: DesiredOf<'apply'>, live: Live, canary: LiveWorkload): NextWrite | undefined {
  if (canary.object.metadata.labels?.[RELEASE_LABEL] === desired.owner.releaseId) return undefined;
  const spare = canary.ready === 0 || (live.web?.ready ?? 0) >= desired.replicas;
  if (spare) return routerNamed(desired.router).limit(desired, live, 0) ?? remove(desired, canary.object);
  return desired.canaryManifest ? replaceLeftover(desired.canaryManifest, canary) : undefined;
}

function replaceLeftover(manifest: Deployment, { object }: LiveWorkload): NextWrite {
  const { replicas: _scaledOnlyByScale, ...spec } = manifest.spec;
  return migrate(object) ?? applyOver({ ...manifest, spec }, object);
}
