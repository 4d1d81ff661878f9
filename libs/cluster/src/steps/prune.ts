import type { KubeObject } from '@alloy/contracts';
import type { PrunedObject, PruneOutcome } from '@alloy/release';
import type { DesiredOf } from '../desired';
import { standing } from '../fence';
import type { Live } from '../live';
import { createdBy, reasonToKeep } from '../prune/reason-to-keep';
import { keyOfRef } from '../with-owner';
import { refOf, versionOf, write, type NextWrite } from '../write';

type Pruning = DesiredOf<'retire' | 'rollback'>;
type Candidate = Pruning['prune']['candidates'][number];

/**
 * Deletes the objects that are still Alloy's own, one by one. Each deletion has the uid and the resourceVersion of a
 * live read as its preconditions, so the API server refuses it if any client has written meanwhile.
 */
export function prune(desired: Pruning, live: Live): NextWrite | undefined {
  for (const candidate of desired.prune.candidates) {
    const found = existing(candidate, live, desired);
    if (!found || reasonOf(candidate, found, desired) !== undefined) continue;
    if (standing(found, desired.owner) === 'newer') return { kind: 'stale', object: keyOfRef(candidate) };
    const { uid = '' } = found.metadata;
    return write({ verb: 'delete', ref: refOf(found), resourceVersion: versionOf(found), uid, mayBeRefused: true });
  }
  return undefined;
}

/** What the step has deleted and left. Undefined: there was nothing to delete. */
export function pruned(desired: Pruning, live: Live): { readonly pruned: PruneOutcome } | undefined {
  const { candidates, deleted } = desired.prune;
  const kept = candidates.flatMap((candidate) => {
    const found = existing(candidate, live, desired);
    const why = found && reasonOf(candidate, found, desired);
    return why === undefined ? [] : [{ apiVersion: candidate.apiVersion, kind: candidate.kind, name: candidate.name, why }];
  });
  const isKept = new Set(kept.map(keyOfRef));
  // A planned object that no longer exists was deleted, possibly before a restart of this process.
  const planned = candidates.filter((one): one is Candidate & PrunedObject => one.uid !== undefined && !isKept.has(keyOfRef(one)));
  const gone = new Map([...planned, ...deleted].map((one) => [keyOfRef(one), one]));
  if (gone.size + kept.length === 0) return undefined;
  return { pruned: { deleted: [...gone.values()].map(({ apiVersion, kind, name, uid }) => ({ apiVersion, kind, name, uid })), kept } };
}

/**
 * The object, unless its deletion has begun. Without a planned uid only an object that this release has created counts.
 */
function existing(candidate: Candidate, live: Live, { owner }: Pruning): KubeObject | undefined {
  const found = live.shared.get(keyOfRef(candidate));
  if (!found || found.metadata['deletionTimestamp'] !== undefined) return undefined;
  return candidate.uid === undefined && createdBy(found, owner)?.slot !== owner.fence.slot ? undefined : found;
}

function reasonOf(candidate: Candidate, found: KubeObject, { owner, prune: { refused } }: Pruning): string | undefined {
  if (candidate.uid !== undefined && found.metadata.uid !== candidate.uid) return 'another object has its name since the plan';
  return refused.get(keyOfRef(candidate)) ?? reasonToKeep(found, owner);
}
