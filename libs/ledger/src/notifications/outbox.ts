/** A message in the queue of one route. */
export interface Waiting {
  readonly eventId: string;
  readonly seq: number;
  /** Unique in the installation. */
  readonly route: string;
  /** As it was queued, in JSON. */
  readonly message: unknown;
  /** Number of failed attempts. */
  readonly attempts: number;
}

/**
 * Why a route does not send now: its messages fail and are retried at long intervals, or it is off until its settings
 * change.
 */
export interface RouteTrouble {
  readonly state: 'failing' | 'disabled';
  /** Digest of the settings that failed. */
  readonly settings: string;
  readonly why: string;
}

/**
 * The messages to send: a queue per route, so that a failing route does not delay the others.
 * Everything survives a crash; the transaction that removes a message from its queue records it as sent.
 */
export interface Outbox {
  /** The last queued seq of the log; 0: none. */
  queuedUpTo(): Promise<number>;
  /** Queues the messages that were not sent yet, and moves the cursor, in one transaction. Idempotent. */
  queue(messages: ReadonlyArray<Omit<Waiting, 'attempts'>>, upTo: number): Promise<void>;
  /** Routes whose first message is due, ordered by the due time. */
  dueRoutes(): Promise<readonly string[]>;
  /** The route's first message, if it is due: a queue keeps its order. */
  first(route: string): Promise<Waiting | undefined>;
  /** Milliseconds until the next first message is due; null: there is none. */
  nextDueInMs(): Promise<number | null>;
  /** Idempotent. `givenUp`: why the message was dropped without being sent. */
  settle(message: Pick<Waiting, 'eventId' | 'route' | 'seq'>, givenUp?: string): Promise<void>;
  /**
   * Makes the route's first message due again after `delayMs`. `failed`: after an attempt, which counts; default true.
   */
  postpone(message: Pick<Waiting, 'route' | 'seq'>, delayMs: number, failed?: boolean): Promise<void>;
  /** Deletes a route that no longer exists, with its queue. */
  forget(route: string): Promise<void>;
  trouble(route: string): Promise<RouteTrouble | undefined>;
  /** Undefined: no trouble. True if this changed the state of the route. */
  setTrouble(route: string, trouble: RouteTrouble | undefined): Promise<boolean>;
  /** Routes in trouble. */
  countTroubles(): Promise<number>;
  /** The thread of a release's notifications over a route. */
  thread(route: string, releaseId: string): Promise<string | undefined>;
  /**
   * Deletes sent messages, threads and messages that could not be sent, older than `days`: at most `limit` of each.
   * Returns their number; 0: none is left. The cursor never moves back, so messages of that time are not queued again.
   */
  forgetSent(days: number, limit: number): Promise<number>;
  /** Keeps the first thread. */
  keepThread(route: string, releaseId: string, thread: string): Promise<void>;
}
