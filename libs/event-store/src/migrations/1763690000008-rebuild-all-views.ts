import { LogMigration } from './log-migration';

/**
 * `begin_rebuild` no longer grants the schema, which is one row for all views: two concurrent rebuilds failed there
 * with `tuple concurrently updated`. The migrate step grants it.
 */
export class RebuildAllViews1763690000008 extends LogMigration {
  readonly name = 'RebuildAllViews1763690000008';
  protected readonly sql = `
-- An empty table with the live one's columns, constraints, indexes (under their names) and grants, and a cursor at the start of the log.
CREATE OR REPLACE FUNCTION begin_rebuild(view text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
DECLARE
  live regclass;
  item record;
BEGIN
  PERFORM check_rebuild(view);
  live := format('public.%I', view)::regclass;
  EXECUTE format('DROP TABLE IF EXISTS rebuild.%I', view);
  EXECUTE format('CREATE TABLE rebuild.%I (LIKE public.%I INCLUDING DEFAULTS INCLUDING GENERATED)', view, view);
  FOR item IN SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conrelid = live AND contype IN ('p', 'u', 'c') LOOP
    EXECUTE format('ALTER TABLE rebuild.%I ADD CONSTRAINT %I %s', view, item.conname, item.definition);
  END LOOP;
  FOR item IN
    SELECT indexdef FROM pg_indexes
    WHERE schemaname = 'public' AND tablename = view AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conrelid = live)
  LOOP
    EXECUTE replace(item.indexdef, format(' ON public.%I ', view), format(' ON rebuild.%I ', view));
  END LOOP;
  FOR item IN SELECT grantee, privilege_type FROM information_schema.role_table_grants WHERE table_schema = 'public' AND table_name = view AND grantee LIKE 'alloy\\_%' LOOP
    EXECUTE format('GRANT %s ON rebuild.%I TO %I', item.privilege_type, view, item.grantee);
  END LOOP;
  INSERT INTO projection_cursor (name, generation, seq) VALUES (view, 2, 0) ON CONFLICT (name, generation) DO UPDATE SET seq = 0;
END $body$;
`;
}
