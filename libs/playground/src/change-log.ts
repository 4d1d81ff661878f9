import type { PlaygroundObject } from './objects';
import { StoreError } from './store-error';

export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** Store key: `pods`, `deployments.apps`. */
  readonly resource: string;
  readonly object: PlaygroundObject;
  /** What it was before; absent for ADDED. */
  readonly previous?: PlaygroundObject;
  /** The store's version after this change; a deleted object carries it too. */
  readonly resourceVersion: number;
}
export type Listener = (change: Change) => void;

/**
 * The latest changes in a ring, and who is told of new ones.
 * Listeners run synchronously after the commit; a change made inside a listener is told after the present one, so all see one order.
 */
export class ChangeLog {
  private readonly ring: Change[] = [];
  private readonly listeners = new Set<Listener>();
  private readonly pending: Change[] = [];
  private telling = false;

  /** `forgotten`: everything up to this version can't be replayed. */
  constructor(
    private readonly capacity: number,
    private forgotten = 0,
  ) {}

  push(change: Change): void {
    this.ring.push(change);
    if (this.ring.length > this.capacity) this.forgotten = this.ring.shift()?.resourceVersion ?? this.forgotten;
    this.pending.push(change);
    if (this.telling) return;
    this.telling = true;
    try {
      for (let next = this.pending.shift(); next; next = this.pending.shift()) for (const listener of [...this.listeners]) if (this.listeners.has(listener)) listener(next);
    } finally {
      this.telling = false;
    }
  }

  /** Changes after `since` are replayed at once; throws `expired` when some of them are forgotten. */
  subscribe(listener: Listener, since?: number): () => void {
    if (since !== undefined && since < this.forgotten) throw new StoreError('expired', `too old resource version: ${since} (${this.forgotten})`, '', '');
    // A change that is committed but not yet told would otherwise come twice: from the ring and from the queue.
    const told = this.pending[0]?.resourceVersion ?? Infinity;
    if (since !== undefined) for (const change of this.ring) if (change.resourceVersion > since && change.resourceVersion < told) listener(change);
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  forgetUpTo(version: number): void {
    this.ring.length = 0;
    this.forgotten = version;
  }
}
