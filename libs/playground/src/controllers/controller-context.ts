import type { Admit } from '../api';
import type { Store } from '../store';
import type { EventRecorder } from './event-recorder';
import type { OnError } from './work-queue';

/** Dependencies of every controller. */
export interface ControllerContext {
  readonly store: Store;
  readonly clock: () => Date;
  readonly events: EventRecorder;
  readonly onError: OnError;
  /** The cluster's admission control, also called for pods; default: nothing is denied. */
  readonly admit?: Admit;
}

export interface Controller {
  /** Reconciles everything once, then on changes of the store. */
  start(): void;
  stop(): void;
}
