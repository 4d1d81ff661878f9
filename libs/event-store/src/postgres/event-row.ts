import type { EventFamily, StoredEvent } from '@alloy/contracts';

/** A row of `event`, as `pg` returns it. */
export interface EventRow {
  readonly stream: string;
  readonly version: number;
  readonly id: string;
  readonly type: string;
  readonly schema: number;
  readonly family: EventFamily;
  readonly project: string;
  readonly environment: string;
  readonly actor_kind: StoredEvent['actor']['kind'];
  readonly actor_id: string;
  readonly correlation_id: string;
  readonly causation_id: string | null;
  readonly traceparent: string | null;
  readonly occurred_at: Date;
  readonly data: unknown;
  readonly hash: string;
}

/** The envelope's columns of `event AS e`. */
export const EVENT_COLUMNS = `e.stream, e.version, e.id, e.type, e.schema, e.family, e.project, e.environment, e.actor_kind, e.actor_id,
  e.correlation_id, e.causation_id, e.traceparent, e.occurred_at, e.data, e.hash`;

export function fromRow(row: EventRow): StoredEvent {
  return {
    stream: row.stream,
    version: row.version,
    id: row.id,
    type: row.type,
    schema: row.schema,
    family: row.family,
    project: row.project,
    environment: row.environment,
    actor: { kind: row.actor_kind, id: row.actor_id },
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    traceparent: row.traceparent,
    occurredAt: row.occurred_at.toISOString(),
    data: row.data,
    hash: row.hash,
  };
}
