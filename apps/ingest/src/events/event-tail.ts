import type { OrderedEvent } from '@alloy/contracts';
import type { EventStore } from '@alloy/event-store';
import { Loop } from '@alloy/runtime';
import { frameOf } from './frame';

const BATCH = 500;

/** An event with its frame, which is created once for all followers. */
export interface Framed {
  readonly event: OrderedEvent;
  readonly frame: string;
}
export type Follow = (batch: readonly Framed[]) => void;

export interface EventTailOptions {
  readonly store: Pick<EventStore, 'readOrdered' | 'lastSeq'>;
  readonly onError: (error: unknown) => void;
  /** Polling interval; default 200 ms. */
  readonly pollMs?: number;
}

/** The end of the log, read once for all followers; not read while there is no follower. */
export class EventTail {
  /** Followers have got everything up to this seq. */
  position = 0;
  private readonly followers = new Set<Follow>();
  private loop: Loop | undefined;
  private beginning: Promise<void> | undefined;

  constructor(private readonly options: EventTailOptions) {}

  get size(): number {
    return this.followers.size;
  }

  /** Resolves once `follow` gets all events after `position`. Returns a function that ends it. */
  async attach(follow: Follow): Promise<() => void> {
    this.followers.add(follow);
    this.beginning ??= this.begin();
    try {
      await this.beginning;
    } catch (error) {
      this.detach(follow);
      throw error;
    }
    return () => this.detach(follow);
  }

  async stop(): Promise<void> {
    this.followers.clear();
    this.beginning = undefined;
    const { loop } = this;
    this.loop = undefined;
    await loop?.stop();
  }

  private async begin(): Promise<void> {
    const end = await this.options.store.lastSeq();
    if (this.followers.size === 0 || this.loop !== undefined) return;
    this.position = end;
    this.loop = new Loop({ step: () => this.look(), intervalMs: this.options.pollMs ?? 200, onError: this.options.onError });
    this.loop.start();
  }

  private detach(follow: Follow): void {
    this.followers.delete(follow);
    if (this.followers.size > 0) return;
    this.beginning = undefined;
    void this.loop?.stop();
    this.loop = undefined;
  }

  private async look(): Promise<boolean> {
    const { loop } = this;
    const events = await this.options.store.readOrdered({ after: this.position, limit: BATCH });
    // The last follower left meanwhile, or a new loop has started since.
    if (loop !== this.loop || events.length === 0) return false;
    this.position = events.at(-1)!.seq;
    const batch = events.map((event) => ({ event, frame: frameOf(event) }));
    for (const follow of [...this.followers]) this.give(follow, batch);
    return events.length === BATCH;
  }

  /** A follower that fails must not block the others. */
  private give(follow: Follow, batch: readonly Framed[]): void {
    try {
      follow(batch);
    } catch (error) {
      this.detach(follow);
      this.options.onError(error);
    }
  }
}
