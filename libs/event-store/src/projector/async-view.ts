import type { OrderedEvent } from '@alloy/contracts';
import type { ClientBase } from 'pg';

/** A fold that follows the log by seq, each event once. */
export interface AsyncView {
  readonly name: string;
  /** A new generation is built from the start of the log, in parallel to the live one; default 1. */
  readonly generation?: number;
  /** Only these types; default all. */
  readonly types?: readonly string[];
  /** Uses only this client, whose transaction also moves the view's cursor. `events` is in order and not empty. */
  apply(client: ClientBase, events: readonly OrderedEvent[]): Promise<void>;
}
