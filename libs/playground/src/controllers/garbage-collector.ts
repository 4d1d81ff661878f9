import type { OwnerReference, PlaygroundObject } from '../objects';
import { resourceKey, resourceTypes, typeOfKind } from '../resources';
import type { Propagation } from '../deletion';
import type { ObjectRef, Store } from '../store';
import { disown } from './ownership';
import { QueuedController } from './queued-controller';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

/** Removes objects that lost their owners, and carries out Foreground and Orphan deletions; keys are owners' uids. */
export class GarbageCollector extends QueuedController {
  start(): void {
    this.watch(undefined, ({ type, object }) => {
      const ownerIsLeaving = type === 'DELETED' || object.metadata.deletionTimestamp !== undefined;
      if (ownerIsLeaving) this.queue.add(object.metadata.uid ?? '');
      // A removed dependent may complete its owner's Foreground deletion; a new one may have arrived after its owner's
      // deletion.
      if (type !== 'MODIFIED') for (const { uid } of object.metadata.ownerReferences ?? []) this.queue.add(uid);
    });
    for (const object of everything(this.context.store)) for (const { uid } of object.metadata.ownerReferences ?? []) this.queue.add(uid);
  }

  protected reconcile(uid: string): void {
    const all = everything(this.context.store);
    const owner = all.find(({ metadata }) => metadata.uid === uid);
    const dependents = all.filter(({ metadata }) => metadata.ownerReferences?.some((reference) => reference.uid === uid));
    if (!owner) return this.collect(dependents, all);
    const finalizers = owner.metadata.deletionTimestamp === undefined ? [] : (owner.metadata.finalizers ?? []);
    if (finalizers.includes(ORPHAN)) {
      for (const dependent of dependents) this.context.store.update(disown(dependent, uid));
      this.release(owner, ORPHAN);
    } else if (finalizers.includes(FOREGROUND)) {
      const blocking = dependents.filter(({ metadata }) =>
        metadata.ownerReferences?.some((reference) => reference.uid === uid && reference.blockOwnerDeletion),
      );
      // A foreground deletion waits for the dependents' dependents too.
      for (const dependent of dependents) this.remove(dependent, dependent.kind === 'Pod' ? 'Background' : 'Foreground');
      if (blocking.length === 0) this.release(owner, FOREGROUND);
    }
  }

  /** Removes a dependent without remaining owners; otherwise only the reference. */
  private collect(dependents: readonly PlaygroundObject[], all: readonly PlaygroundObject[]): void {
    const alive = new Set(all.map(({ metadata }) => metadata.uid));
    for (const dependent of dependents) {
      const owners: readonly OwnerReference[] = dependent.metadata.ownerReferences ?? [];
      const left = owners.filter(({ uid }) => alive.has(uid));
      if (left.length === 0) this.remove(dependent);
      else this.context.store.update({ ...dependent, metadata: { ...dependent.metadata, ownerReferences: left } });
    }
  }

  private remove(object: PlaygroundObject, propagation: Propagation = 'Background'): void {
    if (object.metadata.deletionTimestamp === undefined)
      this.context.store.delete(refOf(object), { uid: object.metadata.uid, propagation });
  }

  private release(owner: PlaygroundObject, finalizer: string): void {
    const finalizers = (owner.metadata.finalizers ?? []).filter((each) => each !== finalizer);
    this.context.store.update({ ...owner, metadata: { ...owner.metadata, finalizers } });
  }
}

function refOf({ apiVersion, kind, metadata }: PlaygroundObject): ObjectRef {
  const type = typeOfKind(apiVersion, kind);
  return { resource: type ? resourceKey(type) : kind, namespace: metadata.namespace, name: metadata.name };
}

const everything = (store: Store): PlaygroundObject[] => resourceTypes.flatMap((type) => store.list(resourceKey(type)));
