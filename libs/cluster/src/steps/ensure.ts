import { CREATED_ANNOTATION, type KubeObject } from '@alloy/contracts';
import type { Desired } from '../desired';
import { fenceOf, formatFence, standing, type Owner } from '../fence';
import { isHeld } from '../hold';
import type { Deployment } from '../json';
import { templateRelease, type Live, type LiveWorkload } from '../live';
import { adoptFields } from '../managed-fields';
import { annotate, keyOf } from '../with-owner';
import type { Revision } from '../revision';
import type { Shared } from '../shared';
import { changeOf, digestOf } from '../shared';
import { foreignTemplateManagers, hasSurplus, isTemplateContested } from '../template-owners';
import { firstOf, refOf, versionOf, write, type NextWrite, type Write } from '../write';
import { inWaves } from './in-waves';

/**
 * Ensures that each copy exists and has no fence of an earlier release, because a delayed deletion by that release
 * could still succeed.
 */
export const ensureCopies = (desired: Desired, live: Live, copies: readonly KubeObject[]): NextWrite | undefined =>
  inWaves(copyWrites(desired, live, copies));

export function copyWrites({ owner }: Desired, live: Live, copies: readonly KubeObject[]): readonly Write[] {
  return copies.flatMap((copy): readonly Write[] => {
    const found = live.copies.get(keyOf(copy));
    if (!found) return [{ verb: 'create', object: asCreated(copy, owner) }];
    return (fenceOf(found)?.slot ?? 0) < owner.fence.slot ? [fenceWrite(owner, found)] : [];
  });
}

/** The object with the annotation by which a creation is later distinguished from a change. */
export const asCreated = <T extends KubeObject>(object: T, owner: Owner): T =>
  annotate(object, { [CREATED_ANNOTATION]: formatFence(owner.fence) });

/** Creates the absent shared objects, and does not change the existing ones. */
export const createAbsent = (live: Live, shared: readonly Shared[]): NextWrite | undefined => inWaves(absentWrites(live, shared));

export const absentWrites = (live: Live, shared: readonly Shared[]): readonly Write[] =>
  shared.filter(({ object }) => !live.shared.has(keyOf(object))).map(({ created }) => ({ verb: 'create', object: created }));

/** Gives the shared objects the content of this version, except those that already have it. */
export const applyShared = (desired: Desired, live: Live, shared: readonly Shared[]): NextWrite | undefined =>
  inWaves(shared.flatMap((one) => changeWrite(desired, live, one) ?? []));

function changeWrite(desired: Desired, live: Live, { object, digest }: Shared): Write | undefined {
  const found = live.shared.get(keyOf(object));
  const change = changeOf(object);
  if (!found || digestOf(found) === digest || change === 'none') return undefined;
  return change === 'replace' ? removal(desired, found) : (migration(found) ?? application(withCreation(object, found), found));
}

/** The object with the annotation of its creation, by which a later release knows that Alloy created it. */
function withCreation(object: KubeObject, { metadata }: KubeObject): KubeObject {
  const created = metadata.annotations?.[CREATED_ANNOTATION];
  return created === undefined ? object : annotate(object, { [CREATED_ANNOTATION]: created });
}

/**
 * Ensures that the object has the fence of this decision, so that the API server refuses delayed writes of earlier
 * decisions.
 */
export const ensureFence = ({ owner }: Desired, live: KubeObject): NextWrite | undefined =>
  isFenced(live, owner) ? undefined : write(fenceWrite(owner, live));

const isFenced = (live: KubeObject, owner: Owner): boolean => standing(live, owner) === 'current';
const fenceWrite = (owner: Owner, live: KubeObject): Write =>
  ({ verb: 'fence', ref: refOf(live), resourceVersion: versionOf(live), owner });

/**
 * Ensures that `web` exists and has the template of the revision, and that its rolling update does not stop. A new
 * `web` has no pods at first, so that the strategy cannot remove one.
 */
export function ensureRevision(desired: Desired, web: LiveWorkload | null, revision: Revision): NextWrite | undefined {
  if (!web) return createDeployment(revision.asked, desired);
  if (templateRelease(web.object) === revision.release && !isHeld(web.object)) return undefined;
  return migrate(web.object) ?? applyOver(revision.rolling, web.object);
}

/**
 * A rollback restores a version that runs or ran, so it does not fail because of a field that the kind does not have.
 */
const createDeployment = (manifest: Deployment, desired: Desired): NextWrite =>
  write({
    verb: 'create',
    object: newDeployment(manifest, desired),
    ...(desired.kind === 'rollback' && { dropsUnknownFields: true }),
  });

export const newDeployment = (manifest: Deployment, { owner }: Pick<Desired, 'owner'>): Deployment => {
  const created = asCreated(manifest, owner);
  return { ...created, spec: { ...created.spec, replicas: 0 } };
};

/** Sets the number of pods through `/scale`, after the fencing annotation. */
export function ensureReplicas(desired: Desired, workload: LiveWorkload, replicas: number): NextWrite | undefined {
  if (workload.replicas === replicas) return undefined;
  const { object } = workload;
  return firstOf(
    () => ensureFence(desired, object),
    () => write({ verb: 'scale', ref: refOf(object), resourceVersion: versionOf(object), replicas }),
  );
}

/**
 * Gives `web` the pods for the whole traffic before the canary loses its part, once for a decision, before it has the
 * fencing annotation. If the autoscaler undoes it, its number stands.
 */
export function raiseForAllTraffic(desired: Desired, { web, hpa }: Live): NextWrite | undefined {
  const wanted = Math.min(desired.demand ?? 0, hpa?.max ?? 0);
  if (!web || web.replicas >= wanted || standing(web.object, desired.owner) === 'current') return undefined;
  const { object } = web;
  return write({ verb: 'scale', ref: refOf(object), resourceVersion: versionOf(object), replicas: wanted });
}

/** Ensures at least `replicas` pods. An autoscaler or a user may have set more, which Alloy does not undo. */
export const ensureAtLeast = (desired: Desired, workload: LiveWorkload, replicas: number): NextWrite | undefined =>
  workload.replicas >= replicas ? undefined : ensureReplicas(desired, workload, replicas);

export const remove = (desired: Desired, live: KubeObject): NextWrite => write(removal(desired, live));

/** Deletes the object, after the fencing annotation. */
const removal = ({ owner }: Desired, live: KubeObject): Write => (isFenced(live, owner) ? deletion(live) : fenceWrite(owner, live));

const deletion = (live: KubeObject): Write =>
  ({ verb: 'delete', ref: refOf(live), resourceVersion: versionOf(live), uid: live.metadata.uid ?? '' });

/**
 * Deletes the copies that no version to keep reads. `keep`: keys of the copies of the current version and of the one to
 * roll back to.
 */
export function deleteUnusedCopies({ owner }: Desired, live: Live, keep: ReadonlySet<string>): NextWrite | undefined {
  const left = [...live.copies].filter(([key]) => !keep.has(key));
  const newer = left.find(([, copy]) => standing(copy, owner) === 'newer');
  return newer ? { kind: 'stale', object: newer[0] } : inWaves(left.map(([, copy]) => deletion(copy)));
}

/**
 * Ensures that the template of `web` is that of the revision, also if another client has written to it after Alloy's
 * apply. An apply restores the fields that the manifest has. Those that it omits must belong to Alloy before an apply
 * removes them. The executor's write budget limits how often.
 */
export function ensureTemplate(web: LiveWorkload | null, { rolling }: Pick<Revision, 'rolling'>): NextWrite | undefined {
  if (!web) return undefined;
  const { object } = web;
  const { template } = rolling.spec;
  if (isTemplateContested(object, template) || hasSurplus(object, template)) return applyOver(rolling, object);
  return foreignTemplateManagers(object).length > 0 ? migrate(object) : undefined;
}

/** Moves the managed fields of other managers to Alloy, before an apply that must remove what the manifest omits. */
export function migrate(live: KubeObject): NextWrite | undefined {
  const needed = migration(live);
  return needed && write(needed);
}

function migration(live: KubeObject): Write | undefined {
  const managedFields = adoptFields(live);
  return managedFields && { verb: 'adoptFields', ref: refOf(live), resourceVersion: versionOf(live), managedFields };
}

export const applyOver = (object: KubeObject, live: KubeObject): NextWrite => write(application(object, live));

const application = (object: KubeObject, live: KubeObject): Write =>
  ({ verb: 'apply', object: { ...object, metadata: { ...object.metadata, resourceVersion: versionOf(live) } } });
