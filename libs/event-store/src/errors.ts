/** The event cannot be stored as given (an invalid id, NUL, NaN): a bug of its writer, so a retry cannot help. */
export class InvalidEvent extends Error {
  readonly code = 'invalid_event';
  constructor(readonly eventId: string, message: string) {
    super(`event ${eventId}: ${message}`);
    this.name = 'InvalidEvent';
  }
}

/** The id is already stored, with other content or without the other events of the append: a bug of its writer. */
export class EventIdReused extends Error {
  readonly code = 'event_id_reused';
  constructor(readonly eventId: string) {
    super(`event ${eventId} is already stored with other content`);
    this.name = 'EventIdReused';
  }
}

/**
 * Postgres was unreachable for the whole of `retryMs`. The append may or may not be stored:
 * append the same ids again to find out.
 */
export class StoreUnavailable extends Error {
  readonly code = 'store_unavailable';
  constructor(cause: unknown) {
    super('the event store cannot be reached', { cause });
    this.name = 'StoreUnavailable';
  }
}
