import type { StoredEvent } from '@alloy/contracts';
import type { ClientBase } from 'pg';

const INSERT = {
  name: 'event-insert',
  text: `
    INSERT INTO event (stream, version, id, type, schema, family, project, environment, actor_kind, actor_id,
      correlation_id, causation_id, traceparent, occurred_at, data, hash)
    SELECT stream, version, id, type, schema, family, project, environment, actor_kind, actor_id,
      correlation_id, causation_id, traceparent, occurred_at, data::jsonb, hash
    FROM unnest($1::text[], $2::integer[], $3::uuid[], $4::text[], $5::integer[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
      $11::text[], $12::text[], $13::text[], $14::timestamptz[], $15::text[], $16::text[]) WITH ORDINALITY
      AS e(stream, version, id, type, schema, family, project, environment, actor_kind, actor_id,
        correlation_id, causation_id, traceparent, occurred_at, data, hash, place)
    ORDER BY place`,
};

/** One statement for all of them: their positions are in the order given. */
export async function insertEvents(client: ClientBase, events: readonly StoredEvent[]): Promise<void> {
  const column = (of: (event: StoredEvent) => unknown): unknown[] => events.map(of);
  await client.query({
    ...INSERT,
    values: [
      column((e) => e.stream), column((e) => e.version), column((e) => e.id), column((e) => e.type), column((e) => e.schema), column((e) => e.family),
      column((e) => e.project), column((e) => e.environment), column((e) => e.actor.kind), column((e) => e.actor.id),
      column((e) => e.correlationId), column((e) => e.causationId), column((e) => e.traceparent), column((e) => e.occurredAt),
      column((e) => JSON.stringify(e.data)), column((e) => e.hash),
    ],
  });
}
