import type { Writable } from 'node:stream';
import type { EventStore } from '@alloy/event-store';
import { ProblemError } from '@alloy/service';
import { atMost } from './at-most';
import type { EventFilter } from './event-filter';
import { EventTail } from './event-tail';
import { Follower } from './follower';
import { readEventsPage } from './read-events-page';

/** Number of followers that read missed events concurrently, so that other requests get a connection, too. */
const READERS = 3;
const PAGE = 500;

export interface FollowRequest {
  readonly sink: Writable;
  readonly filter: EventFilter;
  readonly after: number | undefined;
  readonly stillAllowed: () => Promise<boolean>;
}

/** All followers of the log on this ingest: the store is read once for all of them. */
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

  /**
   * Returns a follower that misses no event from now on, to be run. Rejects if the store is unavailable; with a
   * problem, 503, after the feed is stopped.
   */
  async follow(request: FollowRequest): Promise<Follower> {
    const page = (after: number) => this.reader(() => readEventsPage(this.store, { filter: request.filter, after, limit: PAGE }));
    const follower = new Follower({ ...request, tail: this.tail, page });
    await follower.attach();
    // A follower that attached during the stop would delay it.
    if (this.stopped) {
      follower.detach();
      throw new ProblemError({ status: 503, code: 'stopping', detail: 'This ingest is stopping; reconnect in a moment.' });
    }
    this.followers.add(follower);
    request.sink.once('close', () => this.followers.delete(follower));
    return follower;
  }

  /** Ends every stream in order; clients reconnect to another replica and continue at their position. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const follower of this.followers) follower.end();
    await this.tail.stop();
  }
}
