import { LogMigration } from './log-migration';

/**
 * Views are rebuilt in a separate schema, by the code that writes the live view. The functions run as the owner,
 * because services may not create tables; only ingest, which hosts the projector, and the owner may call them.
 */
export class RebuildViews1763690000006 extends LogMigration {
  readonly name = 'RebuildViews1763690000006';
  protected readonly sql = `
CREATE SCHEMA rebuild;

CREATE TABLE projection_rebuild (
  name text PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('running', 'swapped', 'compared', 'failed', 'interrupted')),
  seq bigint NOT NULL,
  target bigint NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  comparison jsonb,
  error text
);

CREATE FUNCTION check_rebuild(view text) RETURNS void LANGUAGE plpgsql AS $body$
BEGIN
  IF session_user NOT IN ('alloy_ingest', current_user) THEN
    RAISE EXCEPTION 'views are rebuilt by ingest only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF to_regclass(format('public.%I', view)) IS NULL OR NOT EXISTS (SELECT FROM projection_cursor WHERE name = view AND generation = 1) THEN
    RAISE EXCEPTION 'there is no view %', view USING ERRCODE = 'undefined_table';
  END IF;
END $body$;

-- An empty table with the live one's columns, constraints, indexes (under their names) and grants, and a cursor at the start of the log.
CREATE FUNCTION begin_rebuild(view text) RETURNS void
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
  GRANT USAGE ON SCHEMA rebuild TO alloy_ingest;
  INSERT INTO projection_cursor (name, generation, seq) VALUES (view, 2, 0) ON CONFLICT (name, generation) DO UPDATE SET seq = 0;
END $body$;

-- The rebuilt view takes the live one's place, and its cursor: what came meanwhile is folded once more, into it.
CREATE FUNCTION swap_rebuild(view text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s' AS $body$
BEGIN
  PERFORM check_rebuild(view);
  PERFORM FROM projection_cursor WHERE name = view AND generation = 1 FOR UPDATE;
  EXECUTE format('DROP TABLE public.%I', view);
  EXECUTE format('ALTER TABLE rebuild.%I SET SCHEMA public', view);
  UPDATE projection_cursor SET seq = (SELECT seq FROM projection_cursor WHERE name = view AND generation = 2) WHERE name = view AND generation = 1;
  DELETE FROM projection_cursor WHERE name = view AND generation = 2;
END $body$;

CREATE FUNCTION drop_rebuild(view text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
BEGIN
  PERFORM check_rebuild(view);
  EXECUTE format('DROP TABLE IF EXISTS rebuild.%I', view);
  DELETE FROM projection_cursor WHERE name = view AND generation = 2;
END $body$;
`;
}
