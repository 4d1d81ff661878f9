import { LogMigration } from './log-migration';

/** Events are never changed: grants prevent it for the services' roles, and these triggers also for the owner. */
export class AppendOnly1763690000002 extends LogMigration {
  readonly name = 'AppendOnly1763690000002';
  protected readonly sql = `
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: it is append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- ALWAYS: also under session_replication_role = replica.
ALTER TABLE event ENABLE ALWAYS TRIGGER event_append_only;
`;
}
