import type { StoredEvent } from '@alloy/contracts';
import { familyOf, type ReleaseEvent } from './events';
import type { Recorded } from './state';

/** A stored event of a release's stream as `evolve` takes it. Throws `UnknownEventType` for a type that this code does not know. */
export function toRecorded({ id, type, version, occurredAt, actor, data }: StoredEvent): Recorded {
  if (!Object.hasOwn(familyOf, type)) throw new UnknownEventType(type);
  return { ...({ type, data } as ReleaseEvent), id, version, occurredAt, actor };
}

/** The log was written by newer code: older code must not decide on it. */
export class UnknownEventType extends Error {
  readonly code = 'unknown_event_type';
  constructor(readonly type: string) {
    super(`no release event is called ${type}`);
    this.name = 'UnknownEventType';
  }
}
