import type { KubeObject } from '@alloy/contracts';
import type { Live } from '../live';
import { targetOf, type NextWrite, type Write } from '../write';

/**
 * Whether an answer of `nextWrite` to the live state as the watches report it may be acted on without a live read. True for what takes nothing away and is refused if the
 * object has changed: a fencing annotation, a creation, more pods; and for waiting, a step that is done, and a newer decision. False for every other write, and for a refusal,
 * which ends a release.
 */
export function mayBeCached(next: NextWrite, live: Live): boolean {
  if (next.kind === 'refused') return false;
  if (next.kind !== 'write' || next.write.verb === 'fence' || next.write.verb === 'create') return true;
  const { write } = next;
  return write.verb === 'scale' && [live.web, live.canary].some((workload) => workload?.object.metadata.name === write.ref.name && workload.replicas < write.replicas);
}

/** The live state with the target of the write, a shared object or a copy, as it was just read; undefined: it is gone. */
export function withObject(live: Live, write: Write, read: KubeObject | undefined): Live {
  const { kind, name } = targetOf(write);
  const key = `${kind}/${name}`;
  const updated = (objects: Live['shared']): Live['shared'] => {
    if (!objects.has(key)) return objects;
    const copy = new Map(objects);
    if (read) copy.set(key, read);
    else copy.delete(key);
    return copy;
  };
  return { ...live, shared: updated(live.shared), copies: updated(live.copies) };
}
