import { canonical } from '@alloy/audit';
import type { NewEvent } from '@alloy/contracts';

/** An event's canonical text, split before its time and before its version, which only Postgres knows. */
export interface EnvelopeText {
  readonly head: string;
  readonly tail: string;
}

/** `chainHash` hashes `head + occurredAt + tail + version + '}'`: the keys are in the order of RFC 8785. */
export function envelopeText(stream: string, event: NewEvent): EnvelopeText {
  const { actor, causationId, correlationId, data, environment, family, id, project, schema, traceparent, type } = event;
  const before = canonical({ actor, causationId, correlationId, data, environment, family, id });
  const between = canonical({ project, schema, stream, traceparent, type });
  return { head: `${before.slice(0, -1)},"occurredAt":"`, tail: `",${between.slice(1, -1)},"version":` };
}
