import type { Notification } from '../notification';

/** A way to tell people. */
export interface Channel {
  /** Tells once per call; at least once per notification, so a receiver may look at its key. Rejects if it may not have arrived: it is tried again. */
  send(notification: Notification, key: string): Promise<void>;
}
