import { CREATED_ANNOTATION, type KubeObject } from '@alloy/contracts';
import type { Desired } from '../desired';
import { fenceOf, formatFence, standing, type Owner } from '../fence';
import type { Deployment } from '../json';
import { templateRelease, type Live, type LiveWorkload } from '../live';
import { adoptFields } from '../managed-fields';
import { annotate, keyOf } from '../with-owner';
import type { Revision } from '../revision';
import type { Shared } from '../shared';
import { digestOf } from '../shared';
import { firstOf, refOf, versionOf, write, type NextWrite } from '../write';

/** Every copy exists, and none carries the fence of an earlier holder of the slot, whose sweep would then still be let through. */
export function ensureCopies(desired: Desired, live: Live, copies: readonly KubeObject[]): NextWrite | undefined {
  for (const copy of copies) {
    const found = live.copies.get(keyOf(copy));
    if (!found) return write({ verb: 'create', object: asCreated(copy, desired.owner) });
    if ((fenceOf(found)?.slot ?? 0) < desired.owner.fence.slot) return fenceWrite(desired.owner, found);
  }
  return undefined;
}

/** With the mark by which a creation is told from a change, afterwards. */
export const asCreated = <T extends KubeObject>(object: T, owner: Owner): T => annotate(object, { [CREATED_ANNOTATION]: formatFence(owner.fence) });

/** Creates the shared objects that are absent; the others keep their content. */
export function createAbsent(live: Live, shared: readonly Shared[]): NextWrite | undefined {
  const absent = shared.find(({ object }) => !live.shared.has(keyOf(object)));
  return absent && write({ verb: 'create', object: absent.created });
}

/** Gives shared objects the content of this version; one that has it already is not written. */
export function applyShared(desired: Desired, live: Live, shared: readonly Shared[]): NextWrite | undefined {
  for (const { object, digest } of shared) {
    const found = live.shared.get(keyOf(object));
    if (!found || digestOf(found) === digest) continue;
    return migrate(found) ?? applyOver(object, found);
  }
  return undefined;
}

/** The object carries this decision's fence, so that what an earlier one still has under way is refused. */
export const ensureFence = ({ owner }: Desired, live: KubeObject): NextWrite | undefined => (standing(live, owner) === 'current' ? undefined : fenceWrite(owner, live));

const fenceWrite = (owner: Owner, live: KubeObject): NextWrite => write({ verb: 'fence', ref: refOf(live), resourceVersion: versionOf(live), owner });

/** `web` exists and has the revision's template; it is created with no pods, so that no strategy could give one up. */
export function ensureRevision(desired: Desired, web: LiveWorkload | null, revision: Revision): NextWrite | undefined {
  if (!web) return write({ verb: 'create', object: born(revision.asked, desired) });
  if (templateRelease(web.object) === revision.release) return undefined;
  return migrate(web.object) ?? applyOver(revision.rolling, web.object);
}

const born = (manifest: Deployment, { owner }: Desired): Deployment => {
  const marked = asCreated(manifest, owner);
  return { ...marked, spec: { ...marked.spec, replicas: 0 } };
};

/** Sets the number of pods through `/scale`, after the fence. */
export function ensureReplicas(desired: Desired, workload: LiveWorkload, replicas: number): NextWrite | undefined {
  if (workload.replicas === replicas) return undefined;
  const { object } = workload;
  return firstOf(
    () => ensureFence(desired, object),
    () => write({ verb: 'scale', ref: refOf(object), resourceVersion: versionOf(object), replicas }),
  );
}

/** At least `replicas`: an autoscaler or a person may want more, and is not fought. */
export const ensureAtLeast = (desired: Desired, workload: LiveWorkload, replicas: number): NextWrite | undefined =>
  workload.replicas >= replicas ? undefined : ensureReplicas(desired, workload, replicas);

export const remove = (desired: Desired, live: KubeObject): NextWrite | undefined =>
  firstOf(
    () => ensureFence(desired, live),
    () => write({ verb: 'delete', ref: refOf(live), resourceVersion: versionOf(live), uid: live.metadata.uid ?? '' }),
  );

/** Copies of versions that are neither current nor the one to go back to. */
export function deleteUnusedCopies({ owner }: Desired, live: Live, keep: ReadonlySet<string>): NextWrite | undefined {
  const left = [...live.copies].find(([key]) => !keep.has(key));
  if (!left) return undefined;
  const [key, copy] = left;
  if (standing(copy, owner) === 'newer') return { kind: 'stale', object: key };
  return write({ verb: 'delete', ref: refOf(copy), resourceVersion: versionOf(copy), uid: copy.metadata.uid ?? '' });
}

/** Moves kubectl's fields to Alloy before the first apply over them. */
export function migrate(live: KubeObject): NextWrite | undefined {
  const managedFields = adoptFields(live);
  return managedFields && write({ verb: 'adoptFields', ref: refOf(live), resourceVersion: versionOf(live), managedFields });
}

export const applyOver = (object: KubeObject, live: KubeObject): NextWrite =>
  write({ verb: 'apply', object: { ...object, metadata: { ...object.metadata, resourceVersion: versionOf(live) } } });
