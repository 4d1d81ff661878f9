import type { Pod } from '../kinds';
import type { PlaygroundObject } from '../objects';
import { controllerOf, isControlledBy, keyOf, refOf } from './ownership';
import { QueuedController } from './queued-controller';

/** A controller of a kind whose objects own pods directly. */
export abstract class OwnedPodsController<T extends PlaygroundObject> extends QueuedController {
  /** The store's key of the resource, and its kind. */
  protected abstract readonly resource: string;
  protected abstract readonly kind: string;

  start(): void {
    const { store } = this.context;
    this.watch(this.resource, ({ object }) => this.queue.add(keyOf(object)));
    this.watch('pods', ({ object }) => {
      const owner = controllerOf(object);
      if (owner?.kind === this.kind) this.queue.add(`${object.metadata.namespace ?? ''}/${owner.name}`);
    });
    for (const object of store.list(this.resource)) this.queue.add(keyOf(object));
  }

  protected reconcile(key: string): void {
    const object = this.context.store.get<T>(refOf(this.resource, key));
    if (object && object.metadata.deletionTimestamp === undefined) this.sync(object, this.podsOf(object));
  }

  protected podsOf(object: T): readonly Pod[] {
    return this.context.store.list<Pod>('pods', object.metadata.namespace, (pod) => isControlledBy(pod, object));
  }

  protected writeStatus(object: T, status: object): void {
    this.context.store.update({ ...object, status }, { subresource: 'status' });
  }

  /** Brings the pods one step closer to the object, and writes its status. */
  protected abstract sync(object: T, pods: readonly Pod[]): void;
}
