import { canonical } from '@alloy/audit';
import { eventFamilies, type NewEvent } from '@alloy/contracts';
import { InvalidEvent } from './errors';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** An escape that `jsonb` refuses: NUL, or half of a surrogate pair (JSON escapes only unpaired ones). */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/** The event as every store keeps it: plain JSON with the same hash after a round trip. Throws `InvalidEvent`. */
export function normalise(event: NewEvent): NewEvent {
  const { id, type, schema, family, project, environment, actor, correlationId, causationId, traceparent, data } = event;
  if (!UUID.test(id)) throw new InvalidEvent(id, 'the id is not a UUID in lower case');
  if (!Number.isSafeInteger(schema) || schema < 1) throw new InvalidEvent(id, 'the schema is not a whole number from 1');
  if (!eventFamilies.includes(family)) throw new InvalidEvent(id, 'the family is unknown');
  for (const [name, text] of Object.entries({
    type, project, environment, correlationId,
    'actor.id': actor.id,
    'actor.kind': actor.kind,
  })) {
    if (typeof text !== 'string' || text === '') throw new InvalidEvent(id, `${name} is empty`);
  }
  const envelope = {
    id, type, schema, family, project, environment,
    actor: { kind: actor.kind, id: actor.id },
    correlationId,
    causationId: causationId ?? null,
    traceparent: traceparent ?? null,
    data,
  };
  const text = canonicalText(id, envelope);
  if (UNSTORABLE.test(text)) throw new InvalidEvent(id, 'NUL or half a surrogate pair in a string');
  return JSON.parse(text) as NewEvent;
}

function canonicalText(id: string, envelope: NewEvent): string {
  if (envelope.data === undefined) throw new InvalidEvent(id, 'no data');
  try {
    return canonical(envelope);
  } catch (error) {
    throw new InvalidEvent(id, `not JSON: ${String(error)}`);
  }
}
