import type { Bundle, KubeObject } from '@alloy/contracts';
import type { PlannedState } from '@alloy/release';
import type { DesiredBase, Prune } from '../desired';
import type { Revision } from '../revision';
import { keyOf, keyOfRef } from '../with-owner';
import { refOf } from '../write';
import { readersOfOthers } from './readers';

/** What the executor has done for the step, as far as its process knows. */
export type PruneProgress = Pick<Prune, 'refused' | 'deleted'>;

export const noPruneProgress: PruneProgress = { refused: new Map(), deleted: [] };

/** What a promotion deletes: what the plan says. */
export const prunePlanned = ({ plan }: Pick<PlannedState, 'plan'>, namespace: string, progress: PruneProgress): Prune => ({
  ...progress,
  candidates: (plan.prune?.objects ?? []).map((object) => ({ ...object, namespace })),
});

/** The keys of what the promotion may have deleted before its rollback. */
export const plannedKeys = ({ plan }: Pick<PlannedState, 'plan'>): ReadonlySet<string> =>
  new Set((plan.prune?.objects ?? []).map(keyOfRef));

export interface FailedVersion {
  readonly policy: PlannedState['policy'];
  readonly failed: Revision;
  /** The version to roll back to. */
  readonly revision: Revision;
  readonly stable: Bundle;
}

/** What a rollback deletes: objects that only the failed version has and that the stable version does not read. */
export function pruneFailed(
  { policy, failed, revision, stable }: FailedVersion, { namespace }: DesiredBase, progress: PruneProgress,
): Prune {
  const stays = new Set(revision.shared.map(keyOf));
  const only = policy.prune === 'alloy' ? failed.shared.filter((object) => !stays.has(keyOf(object))) : [];
  const readers = readersOfOthers(stable);
  const needed = only.flatMap((object): ReadonlyArray<readonly [string, string]> => {
    const reader = readers.get(keyOf(object));
    return reader ? [[keyOf(object), `the pods of ${reader.kind} ${reader.metadata.name} need it`]] : [];
  });
  return {
    deleted: progress.deleted,
    refused: new Map([...progress.refused, ...needed]),
    candidates: only.map((object: KubeObject) => ({ ...refOf(object), namespace })),
  };
}
