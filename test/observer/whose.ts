import { FENCE_ANNOTATION, type KubeObject } from '@alloy/contracts';
import type { SeenRequest } from './seen-request';
import { keyOf, type Step } from './revision';

interface Managed {
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
}

/** Whether a step is a write of Alloy. */
export type IsAlloys = (step: Step) => boolean;

/**
 * By Alloy's recorded requests, if there are any; else by the objects. Requests are more precise: before 1.22 a write
 * to `/scale` leaves no trace in managedFields, and deletions never do.
 */
export function whose(requests: readonly SeenRequest[] | undefined): IsAlloys {
  if (!requests) return byMarks;
  const writes = requests.filter(({ method, status }) => method !== 'GET' && status < 300);
  const stored = new Set(
    writes
      .filter(({ sentVersion, gotVersion }) => gotVersion !== undefined && gotVersion !== sentVersion)
      .map(({ object, gotVersion }) => `${object} ${gotVersion}`),
  );
  const deleted = new Set(writes.filter(({ method }) => method === 'DELETE').map(({ object, uid }) => `${object} ${uid}`));
  return ({ revision: { type, at, object } }) =>
    type === 'deleted' ? deleted.has(`${keyOf(object)} ${object.metadata.uid}`) : stored.has(`${keyOf(object)} ${at}`);
}

/** A manager of Alloy has written; only Alloy deletes objects with its fencing annotation. */
function byMarks({ revision: { type, object }, before }: Step): boolean {
  if (type === 'deleted') return object.metadata.annotations?.[FENCE_ANNOTATION] !== undefined;
  return managersOf(before.get(keyOf(object)), object).some((manager) => manager === 'alloy' || manager.startsWith('alloy-'));
}

/** Managers whose entry is new or has changed. */
export function managersOf(before: KubeObject | undefined, after: KubeObject): readonly string[] {
  const known = new Set(entriesOf(before).map((entry) => JSON.stringify(entry)));
  return entriesOf(after).filter((entry) => !known.has(JSON.stringify(entry))).map(({ manager }) => manager ?? '');
}

const entriesOf = (object: KubeObject | undefined): readonly Managed[] =>
  (object?.metadata['managedFields'] as readonly Managed[] | undefined) ?? [];
