import type { OrderedEvent } from '@alloy/contracts';
import { Loop, type EventStore } from '@alloy/event-store';
import { frameOf } from './frame';

const BATCH = 500;

/** An event with its frame, which is made once for all who follow. */
export interface Framed {
  readonly event: OrderedEvent;
  readonly frame: string;
}
export type Follow = (batch: readonly Framed[]) => void;

export interface EventTailOptions {
  readonly store: Pick<EventStore, 'readOrdered' | 'lastSeq'>;
  readonly onError: (error: unknown) => void;
  /** Pause between looks; default 200 ms. */
  readonly pollMs?: number;
}

/** The end of the log, read once for everybody who follows it; not at all while nobody does. */
export class EventTail {
  /** Everything up to this seq was given to those who followed then. */
  position = 0;
  private readonly followers = new Set<Follow>();
  private loop: Loop | undefined;
  private beginning: Promise<void> | undefined;

  constructor(private readonly options: EventTailOptions) {}

  get size(): number {
    return this.followers.size;
  }

  /** Resolves once `follow` gets whatever comes after `position`. Gives what ends it. */
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
    this.loop = new Loop({ round: () => this.look(), pollMs: this.options.pollMs ?? 200, onError: this.options.onError });
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
    // Nobody followed any more, or others began anew meanwhile.
    if (loop !== this.loop || events.length === 0) return false;
    this.position = events.at(-1)!.seq;
    const batch = events.map((event) => ({ event, frame: frameOf(event) }));
    for (const follow of [...this.followers]) this.give(follow, batch);
    return events.length === BATCH;
  }

  /** One that fails must not cost the others their events. */
  private give(follow: Follow, batch: readonly Framed[]): void {
    try {
      follow(batch);
    } catch (error) {
      this.detach(follow);
      this.options.onError(error);
    }
  }
}
