import { LogMigration } from './log-migration';

/**
 * The log itself. `epoch` counts the servers on which the log has been: on the server of a restored dump, transaction
 * ids start again.
 */
export class EventLog1763690000001 extends LogMigration {
  readonly name = 'EventLog1763690000001';
  protected readonly sql = `
CREATE TABLE store_epoch (
  epoch integer PRIMARY KEY,
  system_identifier bigint NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION event_epoch() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE
  AS 'SELECT coalesce(max(epoch), 0) FROM public.store_epoch';

CREATE TABLE event (
  stream text NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  position bigint GENERATED ALWAYS AS IDENTITY,
  epoch integer NOT NULL DEFAULT event_epoch(),
  transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
  id uuid NOT NULL,
  type text NOT NULL,
  schema integer NOT NULL CHECK (schema > 0),
  family text NOT NULL CHECK (family IN ('intent', 'decision', 'outcome', 'finding')),
  project text NOT NULL,
  environment text NOT NULL,
  actor_kind text NOT NULL,
  actor_id text NOT NULL,
  correlation_id text NOT NULL,
  causation_id text,
  traceparent text,
  occurred_at timestamptz(3) NOT NULL,
  data jsonb NOT NULL,
  hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
  CONSTRAINT event_version PRIMARY KEY (stream, version),
  CONSTRAINT event_id UNIQUE (id)
);

CREATE UNIQUE INDEX event_place ON event (epoch, transaction_id, position);
`;
}
