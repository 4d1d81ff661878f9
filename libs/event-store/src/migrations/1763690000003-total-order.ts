import { LogMigration } from './log-migration';

/** The total order that the relay assigns, the relay's lease and its progress. */
export class TotalOrder1763690000003 extends LogMigration {
  readonly name = 'TotalOrder1763690000003';
  // eslint-disable-next-line alloy/no-retired-words -- a migration is never changed
  protected readonly sql = `
CREATE TABLE event_order (
  seq bigint PRIMARY KEY,
  stream text NOT NULL,
  version integer NOT NULL,
  UNIQUE (stream, version)
);
CREATE TRIGGER event_order_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event_order
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE event_order ENABLE ALWAYS TRIGGER event_order_append_only;

CREATE TABLE relay_lease (
  name text PRIMARY KEY,
  holder text NOT NULL,
  epoch bigint NOT NULL,
  expires_at timestamptz NOT NULL
);

-- One row each: the place up to which seq is given; the seq up to which wakes are published, and where the bus' store stood then.
CREATE TABLE relay_cursor (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  epoch integer NOT NULL DEFAULT 0,
  transaction_id xid8 NOT NULL DEFAULT '0',
  position bigint NOT NULL DEFAULT 0,
  seq bigint NOT NULL DEFAULT 0
);
INSERT INTO relay_cursor DEFAULT VALUES;

CREATE TABLE relay_published (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  seq bigint NOT NULL DEFAULT 0,
  bus text,
  bus_last bigint NOT NULL DEFAULT 0
);
INSERT INTO relay_published DEFAULT VALUES;
`;
}
