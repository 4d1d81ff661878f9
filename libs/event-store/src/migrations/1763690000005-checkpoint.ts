import { LogMigration } from './log-migration';

/** The signed checkpoints of the log; a file outside the database has the same lines. */
export class Checkpoint1763690000005 extends LogMigration {
  readonly name = 'Checkpoint1763690000005';
  protected readonly sql = `
CREATE TABLE checkpoint (
  number integer PRIMARY KEY CHECK (number > 0),
  seq bigint NOT NULL,
  streams integer NOT NULL,
  root text NOT NULL,
  at timestamptz(3) NOT NULL,
  previous text NOT NULL,
  key text NOT NULL,
  signature text NOT NULL
);
CREATE TRIGGER checkpoint_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoint
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
ALTER TABLE checkpoint ENABLE ALWAYS TRIGGER checkpoint_append_only;
`;
}
