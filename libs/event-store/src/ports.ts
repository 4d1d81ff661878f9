import type { NewEvent, OrderedEvent, StoredEvent } from '@alloy/contracts';
import type { ClientBase, QueryConfig } from 'pg';

/**
 * The version that an append expects of the stream; 0 = the stream must be new; 'any' = no expectation (for facts,
 * never for decisions).
 */
export type ExpectedVersion = number | 'any';

export interface StreamAppend {
  readonly stream: string;
  readonly expected: ExpectedVersion;
  readonly events: readonly NewEvent[];
}

/**
 * A fold that is written in the append's own transaction, by the same client, for data that a decision reads. Throws
 * `InlineConflict` to refuse the append (for example because the slot is taken); the whole append is rolled back. A
 * transaction may contain appends to several streams; if the view refuses it, each append is retried in a separate
 * transaction.
 */
export interface InlineView {
  readonly name: string;
  /**
   * True: the append of this event gets a separate transaction, because the view is likely to refuse it, or locks rows
   * of other streams. Default: no event does.
   */
  alone?(event: NewEvent): boolean;
  /** Returns statements without a needed result; they run in the same round trip as the COMMIT. */
  apply(client: ClientBase, events: readonly StoredEvent[]): Promise<readonly QueryConfig[] | void>;
}

export interface ReadOptions {
  /** Only versions greater than this one; default 0. */
  readonly after?: number;
  /** As written, not upcast, as `verifyChain` requires; default false. */
  readonly raw?: boolean;
}

export interface TimedEvents {
  readonly events: readonly StoredEvent[];
  /** The store's clock when they were read, ms since 1970. */
  readonly now: number;
}

export interface SeqOptions {
  /** Only events with a greater seq; default 0. */
  readonly after?: number;
  /** Default 500. */
  readonly limit?: number;
  readonly stream?: string;
  readonly types?: readonly string[];
  readonly project?: string;
  /** The id of the actor. */
  readonly actor?: string;
  /** ISO 8601; at this time or later, by the log's clock. */
  readonly since?: string;
  /** ISO 8601; before this time. */
  readonly until?: string;
  /** As written, not upcast; default false. */
  readonly raw?: boolean;
}

/**
 * The append-only log. Postgres and memory pass the same contract suite.
 */
export interface EventStore {
  /**
   * Appends in one transaction: all or nothing. Idempotent by event id: appending the same ids again returns what is
   * stored. Rejects with `VersionConflict` if a stream is not at its expected version, with `InlineConflict` if an
   * inline view refuses. After an ambiguous COMMIT it looks the ids up.
   */
  append(appends: readonly StreamAppend[]): Promise<readonly StoredEvent[]>;
  /** The stream's events in order, upcast; empty if the stream does not exist. */
  read(stream: string, options?: ReadOptions): Promise<readonly StoredEvent[]>;
  /** Like `read`, with the store's clock, which is at or after the time of each of these events; one round trip. */
  readWithTime(stream: string, options?: Pick<ReadOptions, 'after'>): Promise<TimedEvents>;
  /** Events in the total order, as far as the relay has assigned `seq`. */
  readOrdered(options?: SeqOptions): Promise<readonly OrderedEvent[]>;
  /** The last assigned seq, 0 if none. */
  lastSeq(): Promise<number>;
  /** The store's clock: Postgres' `clock_timestamp()`, in ms since 1970. */
  now(): Promise<number>;
  close(): Promise<void>;
}

/** Another writer appended first: fold again and decide again. */
export class VersionConflict extends Error {
  readonly code = 'version_conflict';
  constructor(readonly stream: string, readonly expected: number, readonly actual: number) {
    super(`${stream} is at version ${actual}, expected ${expected}`);
    this.name = 'VersionConflict';
  }
}

/** An inline view refused the append, for example because the slot is taken. */
export class InlineConflict extends Error {
  readonly code = 'inline_conflict';
  constructor(readonly view: string, message: string) {
    super(message);
    this.name = 'InlineConflict';
  }
}
