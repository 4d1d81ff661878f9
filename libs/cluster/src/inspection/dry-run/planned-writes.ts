import type { KubeObject } from '@alloy/contracts';
import type { NameHash } from '../../copies';
import type { Owner } from '../../fence';
import { canaryOf, revisionOf } from '../../revision';
import { changeOf, digestOf, sharedOf } from '../../shared';
import { asCreated, newDeployment } from '../../steps/ensure';
import { keyOf } from '../../with-owner';
import type { InspectInput } from '../inspect';

/** An object as a step of the release will write it. */
export interface PlannedWrite {
  readonly object: KubeObject;
  /** The object that is changed; null: the step creates it. */
  readonly live: KubeObject | null;
}

export interface PlanInput extends Pick<InspectInput, 'bundle' | 'live' | 'owner' | 'wantsCanary' | 'canary'> {
  readonly namespace: string;
  readonly nameHash: NameHash;
}

/**
 * The creations and changes of the release's steps apply, promote and retire, without the objects that already have the
 * content. The fence in them is only a placeholder: the plan does not exist yet.
 */
export function plannedWrites(input: PlanInput): readonly PlannedWrite[] {
  const { bundle, live, owner, namespace, nameHash } = input;
  const revision = revisionOf({ bundle, release: owner.releaseId, namespace, owner, nameHash });
  const absentCopies = revision.copies.filter((copy) => !live.copies.has(keyOf(copy)));
  return [
    live.web
      ? { object: revision.rolling, live: live.web.object }
      : { object: newDeployment(revision.asked, { owner }), live: null },
    ...plannedCanary(input),
    ...revision.shared.flatMap((source) => plannedShared(source, live.shared.get(keyOf(source)), input)),
    ...absentCopies.map((copy) => created(copy, owner)),
  ];
}

const created = (object: KubeObject, owner: Owner): PlannedWrite => ({ object: asCreated(object, owner), live: null });

/**
 * A canary needs a workload that runs. A canary that an earlier release left is not tried: whether it is deleted or
 * changed depends on the pods that are ready then.
 */
function plannedCanary({ bundle, live, owner, namespace, nameHash, wantsCanary, canary: options }: PlanInput): readonly PlannedWrite[] {
  if (!wantsCanary || !live.web || live.web.replicas === 0 || live.canary) return [];
  return [created(canaryOf({ bundle, release: owner.releaseId, namespace, owner, nameHash, options }), owner)];
}

/** The write of one shared object. `found`: the live object; undefined: it is absent. */
export function plannedShared(
  source: KubeObject, found: KubeObject | undefined, { owner, namespace, nameHash }: Pick<PlanInput, 'owner' | 'namespace' | 'nameHash'>,
): readonly PlannedWrite[] {
  // The executor has no right to patch it, which a dry run needs; the first step creates it, before anything changes.
  if (changeOf(source) === 'none') return [];
  const shared = sharedOf(source, namespace, owner, nameHash);
  if (!found) return [{ object: shared.created, live: null }];
  // What is replaced exists until its deletion.
  return digestOf(found) === shared.digest || changeOf(source) !== 'apply' ? [] : [{ object: shared.object, live: found }];
}
