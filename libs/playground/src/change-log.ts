import type { PlaygroundObject } from './objects';
import { StoreError } from './store-error';

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Store key: `pods`, `deployments.apps`. */
  readonly resource: string;
  readonly object: PlaygroundObject;
  /** The object before the change; absent for ADDED. */
  readonly previous?: PlaygroundObject;
  /** The store's version after this change; also set on a deleted object. */
  readonly resourceVersion: number;
}
export type Listener = (change: Change) => void;

/**
 * The latest changes in a ring buffer, and the listeners for new ones.
 * Listeners run synchronously after the commit; a change made by a listener is delivered after the current one, so all
 * listeners see one order.
 */
export class ChangeLog {
  private readonly ring: Change[] = [];
  private readonly listeners = new Set<Listener>();
  private readonly pending: Change[] = [];
  private notifying = false;

  /** `forgotten`: changes up to this version are no longer available. */
  constructor(
    private readonly capacity: number,
    private forgotten = 0,
  ) {}

  push(change: Change): void {
    this.ring.push(change);
    if (this.ring.length > this.capacity) this.forgotten = this.ring.shift()?.resourceVersion ?? this.forgotten;
    this.pending.push(change);
    if (this.notifying) return;
    this.notifying = true;
    try {
      for (let next = this.pending.shift(); next; next = this.pending.shift())
        for (const listener of [...this.listeners]) if (this.listeners.has(listener)) listener(next);
    } finally {
      this.notifying = false;
    }
  }

  /** Replays changes after `since` immediately; throws `expired` if some are no longer available. */
  subscribe(listener: Listener, since?: number): () => void {
    if (since !== undefined && since < this.forgotten)
      throw new StoreError('expired', `too old resource version: ${since} (${this.forgotten})`, '', '');
    // A committed change that is not delivered yet would otherwise be delivered twice: from the ring and from the
    // queue.
    const delivered = this.pending[0]?.resourceVersion ?? Infinity;
    if (since !== undefined)
      for (const change of this.ring) if (change.resourceVersion > since && change.resourceVersion < delivered) listener(change);
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  forgetUpTo(version: number): void {
    this.ring.length = 0;
    this.forgotten = version;
  }
}
