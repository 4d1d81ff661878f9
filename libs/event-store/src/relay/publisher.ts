import type { StoredEvent } from '@alloy/contracts';

/** The fields of an event from which its trigger is built. */
export type TriggerSource = Pick<StoredEvent, 'id' | 'family' | 'type' | 'stream' | 'version'>;

/** A trigger with the position of its event in the order. */
export interface OrderedTrigger extends TriggerSource {
  readonly seq: number;
}

/** The position of the bus' store. */
export interface BusPosition {
  /** Changes when the store is created again, for example the stream's time of creation. */
  readonly store: string;
  /** Sequence number of its last message; less than before: the store was reset to an earlier state. */
  readonly last: number;
}

/** The bus that carries triggers. */
export interface Publisher {
  /**
   * Resolves once the bus has stored the trigger, else rejects. Idempotent by event id within the bus' window; safe to
   * retry.
   */
  publish(event: TriggerSource): Promise<void>;
  /**
   * Undefined, or not implemented: the bus does not know its position, and no refill happens. Rejects if the bus is
   * unreachable.
   */
  position?(): Promise<BusPosition | undefined>;
}
