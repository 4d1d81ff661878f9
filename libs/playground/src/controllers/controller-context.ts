import type { Admit } from '../api';
import type { Store } from '../store';
import type { EventRecorder } from './event-recorder';
import type { OnError } from './work-queue';

/** What every controller works with. */
export interface ControllerContext {
  readonly store: Store;
  readonly clock: () => Date;
  readonly events: EventRecorder;
  readonly onError: OnError;
  /** The cluster's admission control, which is asked about pods, too; default: nothing is denied. */
  readonly admit?: Admit;
}

export interface Controller {
  /** Looks at everything once, then acts on the store's changes. */
  start(): void;
  stop(): void;
}
