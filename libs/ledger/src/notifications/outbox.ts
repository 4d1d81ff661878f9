/** A message that waits to be told over one route. */
export interface Waiting {
  readonly eventId: string;
  readonly seq: number;
  /** Unique in the installation. */
  readonly route: string;
  /** As it was queued, by JSON. */
  readonly message: unknown;
  /** Tries so far that failed. */
  readonly attempts: number;
}

/** Why nothing is told over a route just now: it fails and is tried again now and then, or is off until its settings change. */
export interface RouteTrouble {
  readonly state: 'failing' | 'disabled';
  /** Digest of the settings with which that was found. */
  readonly settings: string;
  readonly why: string;
}

/**
 * What is to be told: a queue per route, so that one that fails holds up no other.
 * Everything survives a kill; a message leaves its queue in the same transaction that records it as told.
 */
export interface Outbox {
  /** How far the log has been queued, by seq; 0: not at all. */
  queuedUpTo(): Promise<number>;
  /** Queues the messages that were not told yet, and moves the cursor, in one transaction. Idempotent. */
  queue(messages: ReadonlyArray<Omit<Waiting, 'attempts'>>, upTo: number): Promise<void>;
  /** Routes whose first message is due, the longest waiting first. */
  dueRoutes(): Promise<readonly string[]>;
  /** The route's first message, if it is due: in a queue nobody overtakes. */
  first(route: string): Promise<Waiting | undefined>;
  /** Milliseconds until the next route's first message falls due; null: nothing does. */
  nextDueInMs(): Promise<number | null>;
  /** Idempotent. `givenUp`: why it was not told after all. */
  settle(message: Pick<Waiting, 'eventId' | 'route' | 'seq'>, givenUp?: string): Promise<void>;
  /** The route's first message is due again after `delayMs`. `failed`: after a try, which counts; default true. */
  postpone(message: Pick<Waiting, 'route' | 'seq'>, delayMs: number, failed?: boolean): Promise<void>;
  /** Forgets a route that is no more, with what waits for it. */
  forget(route: string): Promise<void>;
  trouble(route: string): Promise<RouteTrouble | undefined>;
  /** Undefined: none any more. True if that was news. */
  setTrouble(route: string, trouble: RouteTrouble | undefined): Promise<boolean>;
  /** Routes in trouble. */
  countTroubles(): Promise<number>;
  /** The thread in which a release is told over a route. */
  thread(route: string, releaseId: string): Promise<string | undefined>;
  /**
   * Forgets what was told, threads that were begun, and what waits in vain, since more than so many days: at most `limit` of each. Gives how many that were; 0: none is left.
   * It does no harm: the cursor never goes back, so nothing of then is queued again.
   */
  forgetTold(days: number, limit: number): Promise<number>;
  /** The first one counts. */
  keepThread(route: string, releaseId: string, thread: string): Promise<void>;
}
