import type { NewEvent, OrderedEvent, StoredEvent } from '@alloy/contracts';
import type { ClientBase, QueryConfig } from 'pg';

/** Version that an append expects the stream to have; 0 = the stream must be new; 'any' = whatever it has (facts, never decisions). */
export type ExpectedVersion = number | 'any';

export interface StreamAppend {
  readonly stream: string;
  readonly expected: ExpectedVersion;
  readonly events: readonly NewEvent[];
}

/**
 * A fold that is written in the append's own transaction, by the same client: what a decision needs to find.
 * Throws `InlineConflict` to refuse the append (the slot is taken, say); everything is rolled back.
 * A transaction may hold appends to several streams; where it is refused, each of them is tried in one of its own.
 */
export interface InlineView {
  readonly name: string;
  /** True: an append of that event gets a transaction of its own, because the view may well refuse it, or locks rows of other streams. Default: none does. */
  alone?(event: NewEvent): boolean;
  /** Statements that it gives are carried out with the COMMIT, for which nobody waits twice: those whose answer nobody needs. */
  apply(client: ClientBase, events: readonly StoredEvent[]): Promise<readonly QueryConfig[] | void>;
}

export interface ReadOptions {
  /** Only versions above this one; default 0. */
  readonly after?: number;
  /** As written, not upcast, as `verifyChain` wants it; default false. */
  readonly raw?: boolean;
}

export interface SeqOptions {
  /** Only seq above this one; default 0. */
  readonly after?: number;
  /** Default 500. */
  readonly limit?: number;
  readonly stream?: string;
  readonly types?: readonly string[];
  readonly project?: string;
  /** Id of who caused it. */
  readonly actor?: string;
  /** ISO 8601; not earlier than this, by the log's clock. */
  readonly since?: string;
  /** ISO 8601; earlier than this. */
  readonly until?: string;
  /** As written, not upcast; default false. */
  readonly raw?: boolean;
}

/**
 * The append-only log. Postgres and memory pass the same contract suite.
 */
export interface EventStore {
  /**
   * Appends in one transaction: all or nothing. Idempotent by event id: appending the same ids again returns what is stored.
   * Rejects with `VersionConflict` if a stream is not at its expected version, with `InlineConflict` if an inline view refuses.
   * An ambiguous COMMIT is resolved by looking for the ids.
   */
  append(appends: readonly StreamAppend[]): Promise<readonly StoredEvent[]>;
  /** The stream's events in order, upcast; empty if there is no such stream. */
  read(stream: string, options?: ReadOptions): Promise<readonly StoredEvent[]>;
  /** Events in the total order, as far as the relay has given `seq`. */
  readOrdered(options?: SeqOptions): Promise<readonly OrderedEvent[]>;
  /** The last seq given out, 0 if none. */
  lastSeq(): Promise<number>;
  /** The store's clock: Postgres' `clock_timestamp()`, in ms since 1970. */
  now(): Promise<number>;
  close(): Promise<void>;
}

/** Somebody else appended first: fold again and decide again. */
export class VersionConflict extends Error {
  readonly code = 'version_conflict';
  constructor(readonly stream: string, readonly expected: number, readonly actual: number) {
    super(`${stream} is at version ${actual}, expected ${expected}`);
    this.name = 'VersionConflict';
  }
}

/** An inline view refused the append, e.g. the slot is taken. */
export class InlineConflict extends Error {
  readonly code = 'inline_conflict';
  constructor(readonly view: string, message: string) {
    super(message);
    this.name = 'InlineConflict';
  }
}
