import type { Listener } from '../change-log';
import type { Controller, ControllerContext } from './controller-context';
import { WorkQueue } from './work-queue';

/** A controller that puts the key of whatever may need work into a queue, and looks at one after the other. */
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

  /** Until `stop`; of every resource without one. */
  protected watch(resource: string | undefined, listener: Listener): void {
    this.unsubscribe.push(this.context.store.watch(resource, listener));
  }

  /** Brings what the key names one step nearer to what it asks for. */
  protected abstract reconcile(key: string): void;
}
