import type { Listener } from '../change-log';
import type { Controller, ControllerContext } from './controller-context';
import { WorkQueue } from './work-queue';

/** A controller that queues keys of objects to reconcile and processes them one by one. */
export abstract class QueuedController implements Controller {
  protected readonly queue: WorkQueue;
  private readonly unsubscribe: Array<() => void> = [];

  constructor(protected readonly context: ControllerContext) {
    this.queue = new WorkQueue((key) => this.reconcile(key), context.onError);
  }

  abstract start(): void;

  stop(): void {
    for (const each of this.unsubscribe) each();
    this.queue.stop();
  }

  /** Watches a resource until `stop`; without one, all resources. */
  protected watch(resource: string | undefined, listener: Listener): void {
    this.unsubscribe.push(this.context.store.watch(resource, listener));
  }

  /** Brings the key's object one step closer to its desired state. */
  protected abstract reconcile(key: string): void;
}
