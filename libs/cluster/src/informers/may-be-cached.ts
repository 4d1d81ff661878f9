import type { KubeObject } from '@alloy/contracts';
import type { Live } from '../live';
import type { ObjectRef } from '../ports';
import { keyOfRef } from '../with-owner';
import { writesOf, type NextWrite, type Write } from '../write';

/**
 * Whether the executor may act on a result of `nextWrite` that is based on cached live state, without a live read: on a
 * wait, a step that is done, a newer decision, and on writes that all need none. False for a refusal, because it ends
 * the release.
 */
export const mayBeCached = (next: NextWrite, live: Live): boolean =>
  next.kind === 'write' ? writesOf(next).every((write) => needsNoRead(write, live)) : next.kind !== 'refused';

/**
 * Whether the write needs no live read. True for writes that remove nothing and that the API server refuses if the
 * object has changed: a fencing annotation, a creation, more pods, a Service's own selector. A router's objects are
 * always read live.
 */
export const needsNoRead = (write: Write, { web, canary, baseline }: Live): boolean =>
  write.verb === 'fence' ||
  write.verb === 'create' ||
  (write.verb === 'select' && !write.needsPods) ||
  (write.verb === 'scale' &&
    [web, canary, baseline].some((workload) => workload?.object.metadata.name === write.ref.name && workload.replicas < write.replicas));

/**
 * The live state in which an object, a shared one or a copy, is replaced by `read`. `read` undefined: the object does
 * not exist.
 */
export function withObject(live: Live, ref: ObjectRef, read: KubeObject | undefined): Live {
  const key = keyOfRef(ref);
  const updated = (objects: Live['shared']): Live['shared'] => {
    if (!objects.has(key)) return objects;
    const copy = new Map(objects);
    if (read) copy.set(key, read);
    else copy.delete(key);
    return copy;
  };
  return { ...live, shared: updated(live.shared), copies: updated(live.copies) };
}
