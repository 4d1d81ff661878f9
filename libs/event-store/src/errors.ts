/** The event can't be stored as given (a bad id, NUL, NaN): a bug of its writer, so trying again is of no use. */
export class InvalidEvent extends Error {
  readonly code = 'invalid_event';
  constructor(readonly eventId: string, message: string) {
    super(`event ${eventId}: ${message}`);
    this.name = 'InvalidEvent';
  }
}

/** The id is stored already, with other content or without its companions: a bug of its writer. */
export class EventIdReused extends Error {
  readonly code = 'event_id_reused';
  constructor(readonly eventId: string) {
    super(`event ${eventId} is stored already, and is not the one given`);
    this.name = 'EventIdReused';
  }
}

/**
 * Postgres could not be reached for the whole of `retryMs`. The append may or may not be stored:
 * append the same ids again to find out.
 */
export class StoreUnavailable extends Error {
  readonly code = 'store_unavailable';
  constructor(cause: unknown) {
    super('the event store cannot be reached', { cause });
    this.name = 'StoreUnavailable';
  }
}
