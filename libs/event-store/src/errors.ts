import { RetryableError, TerminalError } from '@alloy/runtime';

/** The event cannot be stored as given (an invalid id, NUL, NaN): a bug of its writer, so a retry cannot help. */
export class InvalidEvent extends TerminalError {
  constructor(readonly eventId: string, message: string) {
    super('invalid_event', `event ${eventId}: ${message}`);
    this.name = 'InvalidEvent';
  }
}

/** The id is already stored, with other content or without the other events of the append: a bug of its writer. */
export class EventIdReused extends TerminalError {
  constructor(readonly eventId: string) {
    super('event_id_reused', `event ${eventId} is already stored with other content`);
    this.name = 'EventIdReused';
  }
}

/**
 * Postgres was unreachable for the whole of `retryMs`. The append may or may not be stored:
 * append the same ids again to find out.
 */
export class StoreUnavailable extends RetryableError {
  constructor(cause: unknown) {
    super('store_unavailable', 'the event store cannot be reached', { cause });
    this.name = 'StoreUnavailable';
  }
}
