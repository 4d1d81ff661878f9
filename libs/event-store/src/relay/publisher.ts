import type { StoredEvent } from '@alloy/contracts';

/** Of an event, what its wake is made of. */
export type WakeOf = Pick<StoredEvent, 'id' | 'family' | 'type' | 'stream' | 'version'>;

/** A wake, and its event's place in the order. */
export interface OrderedWake extends WakeOf {
  readonly seq: number;
}

/** Where the bus' store stands. */
export interface BusPosition {
  /** Differs once the store was made anew, e.g. the stream's time of creation. */
  readonly store: string;
  /** Sequence number of its last message; less than before: it was set back. */
  readonly last: number;
}

/** The bus that carries wakes. */
export interface Publisher {
  /** Resolves once the bus has stored the wake, else rejects. Idempotent by event id within the bus' window; safe to retry. */
  publish(event: WakeOf): Promise<void>;
  /** Undefined, or left out: the bus can't say, and nothing is refilled. Rejects if it can't be reached. */
  position?(): Promise<BusPosition | undefined>;
}
