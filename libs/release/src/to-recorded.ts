import type { StoredEvent } from '@alloy/contracts';
import { familyOf } from './event-family';
import type { ReleaseEvent } from './events';
import type { Recorded } from './state';

/** Converts a stored event of a release's stream for `evolve`. Throws `UnknownEventType` for an unknown type. */
export function toRecorded({ id, type, version, occurredAt, actor, data }: StoredEvent): Recorded {
  if (!Object.hasOwn(familyOf, type)) throw new UnknownEventType(type);
  return { ...({ type, data } as ReleaseEvent), id, version, occurredAt, actor };
}

/** A newer version of Alloy wrote the log: older code must not decide on it. */
export class UnknownEventType extends Error {
  readonly code = 'unknown_event_type';
  constructor(readonly type: string) {
    super(`unknown release event ${type}; a newer version of Alloy wrote it`);
    this.name = 'UnknownEventType';
  }
}
