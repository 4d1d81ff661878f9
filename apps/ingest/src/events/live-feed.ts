import type { Writable } from 'node:stream';
import type { EventStore } from '@alloy/event-store';
import { ProblemError } from '@alloy/service';
import { atMost } from './at-most';
import type { EventFilter } from './event-filter';
import { EventTail } from './event-tail';
import { Follower } from './follower';
import { readEventsPage } from './read-events-page';

/** However many come back at once: so many read at a time what they missed, so that others get a connection too. */
const READERS = 3;
const PAGE = 500;

export interface FollowRequest {
  readonly sink: Writable;
  readonly filter: EventFilter;
  readonly after: number | undefined;
  readonly stillAllowed: () => Promise<boolean>;
}

/** All who follow the log on this ingest: the store is read once for them, not once for each. */
export class LiveFeed {
  private readonly tail: EventTail;
  private readonly followers = new Set<Follower>();
  private readonly reader = atMost(READERS);
  private stopped = false;

  constructor(
    private readonly store: Pick<EventStore, 'readOrdered' | 'lastSeq'>,
    onError: (error: unknown) => void,
  ) {
    this.tail = new EventTail({ store, onError });
  }

  get size(): number {
    return this.followers.size;
  }

  /** A follower that misses nothing from now on, to be run. Rejects if the store does not answer; with a problem, 503, once the feed is stopped. */
  async follow(request: FollowRequest): Promise<Follower> {
    const page = (after: number) => this.reader(() => readEventsPage(this.store, { filter: request.filter, after, limit: PAGE }));
    const follower = new Follower({ ...request, tail: this.tail, page });
    await follower.attach();
    // Whoever came in while it ended would hold up the end of all.
    if (this.stopped) {
      follower.letGo();
      throw new ProblemError({ status: 503, code: 'stopping', detail: 'This ingest is being stopped; come back in a moment.' });
    }
    this.followers.add(follower);
    request.sink.once('close', () => this.followers.delete(follower));
    return follower;
  }

  /** Ends every stream in order; whoever follows comes back elsewhere and goes on where it was. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const follower of this.followers) follower.end();
    await this.tail.stop();
  }
}
