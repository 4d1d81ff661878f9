-- A database that a build of 2026-11-29 migrated, with two lists of migrations (schema_migration and ledger_migration), and a release under way.
-- By pg_dump 15 --inserts --no-owner --no-privileges --no-comments, without psql's own commands and comments. It is never changed.

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA rebuild;

CREATE FUNCTION public.append_events(streams text[], expected integer[], owner integer[], head_texts text[], tail_texts text[], whole boolean) RETURNS TABLE(place integer, at_version integer, occurred text, chained text)
    LANGUAGE plpgsql
    AS $$
DECLARE
  versions integer[];
  hashes text[];
  fits boolean[];
  stamp text := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  envelope text;
  e jsonb;
  s integer;
BEGIN
  -- Every head is read before the first write: that write gives the transaction its id, which must be younger than that of whoever wrote a head.
  SELECT array_agg(coalesce(head.version, 0) ORDER BY wanted.n), array_agg(coalesce(head.hash, repeat('0', 64)) ORDER BY wanted.n),
      array_agg(wanted.version IS NULL OR wanted.version = coalesce(head.version, 0) ORDER BY wanted.n)
    INTO versions, hashes, fits
    FROM unnest(streams, expected) WITH ORDINALITY AS wanted(stream, version, n)
    LEFT JOIN LATERAL (SELECT event.version, event.hash FROM public.event WHERE event.stream = wanted.stream ORDER BY event.version DESC LIMIT 1) AS head ON true;

  FOR s IN 1 .. cardinality(streams) LOOP
    IF fits[s] THEN CONTINUE; END IF;
    place := s; at_version := versions[s]; occurred := stamp; chained := NULL;
    RETURN NEXT;
  END LOOP;
  IF whole AND false = ANY (fits) THEN RETURN; END IF;

  FOR i IN 1 .. cardinality(owner) LOOP
    s := owner[i];
    IF NOT fits[s] THEN CONTINUE; END IF;
    versions[s] := versions[s] + 1;
    envelope := head_texts[i] || stamp || tail_texts[i] || versions[s] || '}';
    hashes[s] := encode(sha256(convert_to(hashes[s] || envelope, 'UTF8')), 'hex');
    e := envelope::jsonb;
    INSERT INTO public.event (stream, version, id, type, schema, family, project, environment, actor_kind, actor_id,
        correlation_id, causation_id, traceparent, occurred_at, data, hash)
      VALUES (streams[s], versions[s], (e->>'id')::uuid, e->>'type', (e->>'schema')::integer, e->>'family', e->>'project', e->>'environment', e->'actor'->>'kind', e->'actor'->>'id',
        e->>'correlationId', e->>'causationId', e->>'traceparent', stamp::timestamptz, e->'data', hashes[s]);
    place := s; at_version := versions[s]; occurred := stamp; chained := hashes[s];
    RETURN NEXT;
  END LOOP;
END $$;

CREATE FUNCTION public.begin_rebuild(view text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
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
  FOR item IN SELECT grantee, privilege_type FROM information_schema.role_table_grants WHERE table_schema = 'public' AND table_name = view AND grantee LIKE 'alloy\_%' LOOP
    EXECUTE format('GRANT %s ON rebuild.%I TO %I', item.privilege_type, view, item.grantee);
  END LOOP;
  INSERT INTO projection_cursor (name, generation, seq) VALUES (view, 2, 0) ON CONFLICT (name, generation) DO UPDATE SET seq = 0;
END $$;

CREATE FUNCTION public.check_rebuild(view text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF session_user NOT IN ('alloy_ingest', current_user) THEN
    RAISE EXCEPTION 'views are rebuilt by ingest only' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF to_regclass(format('public.%I', view)) IS NULL OR NOT EXISTS (SELECT FROM projection_cursor WHERE name = view AND generation = 1) THEN
    RAISE EXCEPTION 'there is no view %', view USING ERRCODE = 'undefined_table';
  END IF;
END $$;

CREATE FUNCTION public.drop_rebuild(view text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
  PERFORM check_rebuild(view);
  EXECUTE format('DROP TABLE IF EXISTS rebuild.%I', view);
  DELETE FROM projection_cursor WHERE name = view AND generation = 2;
END $$;

CREATE FUNCTION public.event_epoch() RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$SELECT coalesce(max(epoch), 0) FROM public.store_epoch$$;

CREATE FUNCTION public.maintain_measurements(keep_days integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    AS $_$
      DECLARE
        today date := (clock_timestamp() AT TIME ZONE 'UTC')::date;
        day date;
        partition text;
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('maintain_measurements'));
        FOR day IN SELECT today + n FROM generate_series(0, 1) n LOOP
          partition := 'measurement_' || to_char(day, 'YYYYMMDD');
          IF to_regclass('public.' || partition) IS NULL
             AND NOT EXISTS (SELECT FROM measurement_default WHERE at >= day::timestamp AT TIME ZONE 'UTC' AND at < (day + 1)::timestamp AT TIME ZONE 'UTC') THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF measurement FOR VALUES FROM (%L) TO (%L)',
              partition, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
          END IF;
        END LOOP;
        FOR partition IN
          SELECT relname FROM pg_class JOIN pg_inherits ON inhrelid = oid
          WHERE inhparent = 'measurement'::regclass AND relname ~ '^measurement_[0-9]{8}$'
            AND to_date(right(relname, 8), 'YYYYMMDD') < today - greatest(keep_days, 7)
        LOOP
          EXECUTE format('DROP TABLE %I', partition);
        END LOOP;
      END $_$;

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION '% on % is refused: it is append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION public.swap_rebuild(view text) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    SET lock_timeout TO '3s'
    AS $$
BEGIN
  PERFORM check_rebuild(view);
  PERFORM FROM projection_cursor WHERE name = view AND generation = 1 FOR UPDATE;
  EXECUTE format('DROP TABLE public.%I', view);
  EXECUTE format('ALTER TABLE rebuild.%I SET SCHEMA public', view);
  UPDATE projection_cursor SET seq = (SELECT seq FROM projection_cursor WHERE name = view AND generation = 2) WHERE name = view AND generation = 1;
  DELETE FROM projection_cursor WHERE name = view AND generation = 2;
END $$;

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.account (
    id text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    removed_at timestamp with time zone
);

CREATE TABLE public.artifact (
    digest text NOT NULL,
    release_id text NOT NULL,
    project text NOT NULL,
    ciphertext bytea NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    key_id text
);

CREATE TABLE public.checkpoint (
    number integer NOT NULL,
    seq bigint NOT NULL,
    streams integer NOT NULL,
    root text NOT NULL,
    at timestamp(3) with time zone NOT NULL,
    previous text NOT NULL,
    key text NOT NULL,
    signature text NOT NULL,
    CONSTRAINT checkpoint_number_check CHECK ((number > 0))
);

CREATE TABLE public.delivery (
    route text NOT NULL,
    seq bigint NOT NULL,
    event_id uuid NOT NULL,
    message jsonb NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    due_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    queued_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.delivery_route (
    route text NOT NULL,
    settings text NOT NULL,
    state text NOT NULL,
    why text NOT NULL,
    since timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT delivery_route_state_check CHECK ((state = ANY (ARRAY['failing'::text, 'disabled'::text])))
);

CREATE TABLE public.delivery_thread (
    route text NOT NULL,
    release_id text NOT NULL,
    thread text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.event (
    stream text NOT NULL,
    version integer NOT NULL,
    "position" bigint NOT NULL,
    epoch integer DEFAULT public.event_epoch() NOT NULL,
    transaction_id xid8 DEFAULT pg_current_xact_id() NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    schema integer NOT NULL,
    family text NOT NULL,
    project text NOT NULL,
    environment text NOT NULL,
    actor_kind text NOT NULL,
    actor_id text NOT NULL,
    correlation_id text NOT NULL,
    causation_id text,
    traceparent text,
    occurred_at timestamp(3) with time zone NOT NULL,
    data jsonb NOT NULL,
    hash text NOT NULL,
    CONSTRAINT event_family_check CHECK ((family = ANY (ARRAY['intent'::text, 'decision'::text, 'outcome'::text, 'finding'::text]))),
    CONSTRAINT event_hash_check CHECK ((hash ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT event_schema_check CHECK ((schema > 0)),
    CONSTRAINT event_version_check CHECK ((version > 0))
);

CREATE TABLE public.event_order (
    seq bigint NOT NULL,
    stream text NOT NULL,
    version integer NOT NULL
);

ALTER TABLE public.event ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.event_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.heartbeat (
    release_id text NOT NULL,
    service text NOT NULL,
    decision integer NOT NULL,
    active tstzmultirange NOT NULL,
    beaten_at timestamp with time zone NOT NULL,
    writing tstzmultirange DEFAULT '{}'::tstzmultirange NOT NULL
)
WITH (fillfactor='50');

CREATE TABLE public.idempotency_key (
    account text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    claimed_until timestamp with time zone NOT NULL,
    status integer,
    body text
);

CREATE TABLE public.lease (
    name text NOT NULL,
    holder text NOT NULL,
    epoch bigint NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.ledger_migration (
    id integer NOT NULL,
    "timestamp" bigint NOT NULL,
    name character varying NOT NULL
);

CREATE SEQUENCE public.ledger_migration_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.ledger_migration_id_seq OWNED BY public.ledger_migration.id;

CREATE TABLE public.measurement (
    "position" bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    release_id text NOT NULL,
    step integer NOT NULL,
    attempt integer NOT NULL,
    track text NOT NULL,
    pod text NOT NULL,
    requests double precision NOT NULL,
    errors double precision NOT NULL,
    observed_ms integer NOT NULL,
    metric text,
    process_start double precision,
    restarts integer,
    failure text
)
PARTITION BY RANGE (at);

CREATE TABLE public.measurement_20261129 (
    "position" bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    release_id text NOT NULL,
    step integer NOT NULL,
    attempt integer NOT NULL,
    track text NOT NULL,
    pod text NOT NULL,
    requests double precision NOT NULL,
    errors double precision NOT NULL,
    observed_ms integer NOT NULL,
    metric text,
    process_start double precision,
    restarts integer,
    failure text
);

CREATE TABLE public.measurement_20261130 (
    "position" bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    release_id text NOT NULL,
    step integer NOT NULL,
    attempt integer NOT NULL,
    track text NOT NULL,
    pod text NOT NULL,
    requests double precision NOT NULL,
    errors double precision NOT NULL,
    observed_ms integer NOT NULL,
    metric text,
    process_start double precision,
    restarts integer,
    failure text
);

CREATE TABLE public.measurement_default (
    "position" bigint NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    release_id text NOT NULL,
    step integer NOT NULL,
    attempt integer NOT NULL,
    track text NOT NULL,
    pod text NOT NULL,
    requests double precision NOT NULL,
    errors double precision NOT NULL,
    observed_ms integer NOT NULL,
    metric text,
    process_start double precision,
    restarts integer,
    failure text
);

ALTER TABLE public.measurement ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.measurement_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.notification (
    event_id uuid NOT NULL,
    route text NOT NULL,
    told_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    given_up text
);

CREATE TABLE public.observed_pods (
    release_id text NOT NULL,
    pods jsonb NOT NULL,
    observed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.project (
    id text NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.project_history (
    release_id text NOT NULL,
    project text NOT NULL,
    environment text NOT NULL,
    seq bigint NOT NULL,
    last_seq bigint NOT NULL,
    status text NOT NULL,
    requested_strategy text NOT NULL,
    strategy text,
    image text NOT NULL,
    image_tag text NOT NULL,
    commit_sha text NOT NULL,
    requested_by text NOT NULL,
    retry_of text,
    rollback_of text,
    reason jsonb,
    requested_at timestamp with time zone NOT NULL,
    planned_at timestamp with time zone,
    ended_at timestamp with time zone
);

CREATE TABLE public.project_policy (
    project text NOT NULL,
    environment text NOT NULL,
    policy jsonb NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.projection_cursor (
    name text NOT NULL,
    generation integer NOT NULL,
    seq bigint DEFAULT 0 NOT NULL
);

CREATE TABLE public.projection_rebuild (
    name text NOT NULL,
    state text NOT NULL,
    seq bigint NOT NULL,
    target bigint NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    comparison jsonb,
    error text,
    CONSTRAINT projection_rebuild_state_check CHECK ((state = ANY (ARRAY['running'::text, 'swapped'::text, 'compared'::text, 'failed'::text, 'interrupted'::text])))
);

CREATE TABLE public.relay_cursor (
    singleton boolean DEFAULT true NOT NULL,
    epoch integer DEFAULT 0 NOT NULL,
    transaction_id xid8 DEFAULT '0'::xid8 NOT NULL,
    "position" bigint DEFAULT 0 NOT NULL,
    seq bigint DEFAULT 0 NOT NULL,
    CONSTRAINT relay_cursor_singleton_check CHECK (singleton)
);

CREATE TABLE public.relay_lease (
    name text NOT NULL,
    holder text NOT NULL,
    epoch bigint NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.relay_published (
    singleton boolean DEFAULT true NOT NULL,
    seq bigint DEFAULT 0 NOT NULL,
    bus text,
    bus_last bigint DEFAULT 0 NOT NULL,
    CONSTRAINT relay_published_singleton_check CHECK (singleton)
);

CREATE TABLE public.release (
    release_id text NOT NULL,
    project text NOT NULL,
    environment text NOT NULL,
    status text NOT NULL,
    version integer NOT NULL,
    awaits text[] NOT NULL,
    next_due_at timestamp with time zone,
    requested_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    ended boolean NOT NULL
);

CREATE TABLE public.release_step (
    release_id text NOT NULL,
    decision integer NOT NULL,
    step integer NOT NULL,
    attempt integer NOT NULL,
    kind text NOT NULL,
    weight double precision,
    started_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    outcome text,
    reason jsonb,
    seq bigint NOT NULL
);

CREATE TABLE public.release_timeline (
    seq bigint NOT NULL,
    release_id text NOT NULL,
    version integer NOT NULL,
    event_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    family text NOT NULL,
    type text NOT NULL,
    text text NOT NULL
);

CREATE TABLE public.request_mark (
    mark text NOT NULL,
    release_id text NOT NULL,
    claimed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.schema_migration (
    name text NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.sealed_secret (
    project text NOT NULL,
    name text NOT NULL,
    ciphertext bytea NOT NULL,
    written_by text NOT NULL,
    written_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.shredded_artifact (
    artifact text NOT NULL,
    release_id text NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.slot (
    project text NOT NULL,
    environment text NOT NULL,
    release_id text NOT NULL,
    counter integer NOT NULL,
    since timestamp with time zone NOT NULL
);

CREATE TABLE public.slot_counter (
    project text NOT NULL,
    environment text NOT NULL,
    counter integer NOT NULL
);

CREATE TABLE public.spent_token (
    issuer text NOT NULL,
    id text NOT NULL,
    expires_at timestamp with time zone NOT NULL
);

CREATE TABLE public.stable_version (
    project text NOT NULL,
    environment text NOT NULL,
    ordinal integer NOT NULL,
    event_id uuid NOT NULL,
    release_id text,
    artifact text NOT NULL,
    image text NOT NULL,
    image_tag text NOT NULL,
    since timestamp with time zone NOT NULL
);

CREATE TABLE public.store_epoch (
    epoch integer NOT NULL,
    system_identifier bigint NOT NULL,
    started_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.token (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    sha256 text NOT NULL,
    account text NOT NULL,
    projects text[] NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    name text DEFAULT ''::text NOT NULL,
    scope text DEFAULT 'operate'::text NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT token_scope_check CHECK ((scope = ANY (ARRAY['read'::text, 'deploy'::text, 'operate'::text, 'admin'::text]))),
    CONSTRAINT token_sha256_check CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE ONLY public.measurement ATTACH PARTITION public.measurement_20261129 FOR VALUES FROM ('2026-11-29 00:00:00+00') TO ('2026-11-30 00:00:00+00');

ALTER TABLE ONLY public.measurement ATTACH PARTITION public.measurement_20261130 FOR VALUES FROM ('2026-11-30 00:00:00+00') TO ('2026-12-01 00:00:00+00');

ALTER TABLE ONLY public.measurement ATTACH PARTITION public.measurement_default DEFAULT;

ALTER TABLE ONLY public.ledger_migration ALTER COLUMN id SET DEFAULT nextval('public.ledger_migration_id_seq'::regclass);

INSERT INTO public.account VALUES ('demo', '2026-11-29 17:21:56.52685+00', NULL);

INSERT INTO public.delivery VALUES ('shop/production/team', 1, '00000000-0000-7000-8000-000000000001', '{"text": "hello"}', 0, '2026-11-29 17:21:56.676665+00', '2026-11-29 17:21:56.676665+00');

INSERT INTO public.event OVERRIDING SYSTEM VALUE VALUES ('release-01BEFORE', 1, 1, 1, '755', '01a22853-e54b-7cc4-8ce8-971a087e863d', 'ReleaseRequested', 1, 'intent', 'shop', 'production', 'ci', 'demo', '01BEFORE', NULL, NULL, '2026-11-29 17:21:56.558+00', '{"image": "registry.example/shop/web", "retryOf": null, "artifact": "digest-v1", "imageTag": "v1", "replicas": 5, "strategy": "auto", "workload": "web", "commitSha": "abc123", "rollbackOf": null}', '36b4ad32cb6fb69e7d72b5f0d232a527806a8ea26ec96d73136684dbe641fb94');
INSERT INTO public.event OVERRIDING SYSTEM VALUE VALUES ('release-01BEFORE', 2, 2, 1, '756', '01a22853-e568-7f7f-89a8-85d48879d5b2', 'ReleasePlanned', 1, 'decision', 'shop', 'production', 'service', 'planner', '01BEFORE', '01a22853-e54b-7cc4-8ce8-971a087e863d', NULL, '2026-11-29 17:21:56.665+00', '{"plan": {"steps": [{"kind": "apply", "target": {"cluster": "default", "namespace": "shop"}, "deadline": 8}, {"kind": "promote", "target": {"cluster": "default", "namespace": "shop"}, "deadline": 8, "replicas": 5}, {"kind": "retire", "target": {"cluster": "default", "namespace": "shop"}, "deadline": 8}], "router": "podRatio", "replicas": 5, "strategy": "rollout"}, "policy": {"allow": [], "trust": [], "notify": [], "stages": [{"weight": 17, "duration": 180, "replicas": 1}, {"weight": 50, "duration": 180, "replicas": 3}, {"weight": 83, "duration": 120, "replicas": 5}], "analysis": {"mode": "auto", "minRequests": 50, "maxErrorRate": 0.01, "maxErrorRateIncrease": 0.01}, "whenBusy": "latestOnly", "namespace": "default", "resolveDigest": false, "onFirstFailure": "keep", "progressDeadline": 600}, "reason": {"code": "asked_for", "rule": "test", "text": "because a test says so", "evidence": {}}, "stable": null, "slotCounter": 1}', 'cd7f162fa2c8f229771e3625c5f0d8ca3e14b490ec49d5f45647d2d0bd938f8a');
INSERT INTO public.event OVERRIDING SYSTEM VALUE VALUES ('release-01BEFORE', 3, 3, 1, '756', '01a22853-e584-71cc-9075-927b34b12ad9', 'StepStarted', 1, 'decision', 'shop', 'production', 'service', 'planner', '01BEFORE', '01a22853-e54b-7cc4-8ce8-971a087e863d', NULL, '2026-11-29 17:21:56.665+00', '{"spec": {"kind": "apply", "target": {"cluster": "default", "namespace": "shop"}, "deadline": 8}, "step": 0, "attempt": 1, "decision": 3}', '29fc63647934a24b9c89baf8f80efccd27b3e558aaedbc072d1f0a893c1b3c59');
INSERT INTO public.event OVERRIDING SYSTEM VALUE VALUES ('release-01BEFORE', 4, 4, 1, '756', '01a22853-e58a-7ac7-a5de-323ca21703ae', 'StepCompleted', 1, 'decision', 'shop', 'production', 'service', 'planner', '01BEFORE', '01a22853-e54b-7cc4-8ce8-971a087e863d', NULL, '2026-11-29 17:21:56.665+00', '{"step": 0, "reason": {"code": "asked_for", "rule": "test", "text": "because a test says so", "evidence": {}}, "attempt": 1, "decision": 3}', '05562f41a94beb3b56e661afee109fb89623ae266c99b08eb4a4636358af5615');

INSERT INTO public.ledger_migration VALUES (1, 1763700000001, 'Projects1763700000001');
INSERT INTO public.ledger_migration VALUES (2, 1763700000002, 'Releases1763700000002');
INSERT INTO public.ledger_migration VALUES (3, 1763700000003, 'Histories1763700000003');
INSERT INTO public.ledger_migration VALUES (4, 1763700000004, 'Artifacts1763700000004');
INSERT INTO public.ledger_migration VALUES (5, 1763700000005, 'Measurements1763700000005');
INSERT INTO public.ledger_migration VALUES (6, 1763700000006, 'Leases1763700000006');
INSERT INTO public.ledger_migration VALUES (7, 1763710000001, 'Scopes1763710000001');
INSERT INTO public.ledger_migration VALUES (8, 1763710000002, 'ReleaseList1763710000002');
INSERT INTO public.ledger_migration VALUES (9, 1763710000003, 'SpentTokens1763710000003');
INSERT INTO public.ledger_migration VALUES (10, 1763710000004, 'Shredding1763710000004');
INSERT INTO public.ledger_migration VALUES (11, 1763710000005, 'Notifications1763710000005');
INSERT INTO public.ledger_migration VALUES (12, 1763710000011, 'Idempotency1763710000011');
INSERT INTO public.ledger_migration VALUES (13, 1763720000008, 'ObservedPods1763720000008');
INSERT INTO public.ledger_migration VALUES (14, 1763720000011, 'NotificationAge1763720000011');
INSERT INTO public.ledger_migration VALUES (15, 1763730000001, 'SpareKeys1763730000001');
INSERT INTO public.ledger_migration VALUES (16, 1763740000007, 'DeliveryAge1763740000007');
INSERT INTO public.ledger_migration VALUES (17, 1763750000001, 'MeasuredProcesses1763750000001');
INSERT INTO public.ledger_migration VALUES (18, 1763750000002, 'Heartbeats1763750000002');
INSERT INTO public.ledger_migration VALUES (19, 1763750000011, 'RequestMarks1763750000011');
INSERT INTO public.ledger_migration VALUES (20, 1763750000021, 'HeartbeatsWriting1763750000021');

INSERT INTO public.project VALUES ('shop', '2026-11-29 17:21:56.528268+00');

INSERT INTO public.project_policy VALUES ('shop', 'production', '{"allow": [], "trust": [], "notify": [], "stages": [{"weight": 17, "duration": 180, "replicas": 1}, {"weight": 50, "duration": 180, "replicas": 3}, {"weight": 83, "duration": 120, "replicas": 5}], "analysis": {"mode": "auto", "minRequests": 50, "maxErrorRate": 0.01, "maxErrorRateIncrease": 0.01}, "whenBusy": "latestOnly", "namespace": "shop", "resolveDigest": false, "onFirstFailure": "keep", "progressDeadline": 60}', '2026-11-29 17:21:56.52944+00');

INSERT INTO public.projection_cursor VALUES ('notifier', 1, 1);

INSERT INTO public.relay_cursor VALUES (true, 0, '0', 0, 0);

INSERT INTO public.relay_published VALUES (true, 0, NULL, 0);

INSERT INTO public.release VALUES ('01BEFORE', 'shop', 'production', 'releasing', 4, '{planner}', NULL, '2026-11-29 17:21:56.558+00', '2026-11-29 17:21:56.665+00', false);

INSERT INTO public.schema_migration VALUES ('001_event', '2026-11-29 17:21:55.53204+00');
INSERT INTO public.schema_migration VALUES ('002_append_only', '2026-11-29 17:21:55.533971+00');
INSERT INTO public.schema_migration VALUES ('003_order', '2026-11-29 17:21:55.547935+00');
INSERT INTO public.schema_migration VALUES ('004_projection', '2026-11-29 17:21:55.551874+00');
INSERT INTO public.schema_migration VALUES ('005_checkpoint', '2026-11-29 17:21:55.556642+00');
INSERT INTO public.schema_migration VALUES ('006_rebuild', '2026-11-29 17:21:55.563857+00');
INSERT INTO public.schema_migration VALUES ('007_append', '2026-11-29 17:21:55.566689+00');
INSERT INTO public.schema_migration VALUES ('008_rebuild_all', '2026-11-29 17:21:55.567232+00');

INSERT INTO public.slot VALUES ('shop', 'production', '01BEFORE', 1, '2026-11-29 17:21:56.665+00');

INSERT INTO public.slot_counter VALUES ('shop', 'production', 1);

INSERT INTO public.store_epoch VALUES (1, 7713644913489085216, '2026-11-29 17:21:55.568183+00');

INSERT INTO public.token VALUES ('e0dcdcfe-a789-47a2-a225-90955861cdca', 'abababababababababababababababababababababababababababababababab', 'demo', '{shop}', '2026-11-29 17:21:56.533651+00', NULL, NULL, '', 'operate', NULL);

SELECT pg_catalog.setval('public.event_position_seq', 4, true);

SELECT pg_catalog.setval('public.ledger_migration_id_seq', 20, true);

SELECT pg_catalog.setval('public.measurement_position_seq', 1, false);

ALTER TABLE ONLY public.ledger_migration
    ADD CONSTRAINT "PK_93faa37b6f65cec8c9c3dd5d6ba" PRIMARY KEY (id);

ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.artifact
    ADD CONSTRAINT artifact_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.artifact
    ADD CONSTRAINT artifact_release_id_key UNIQUE (release_id);

ALTER TABLE ONLY public.checkpoint
    ADD CONSTRAINT checkpoint_pkey PRIMARY KEY (number);

ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (route, seq);

ALTER TABLE ONLY public.delivery_route
    ADD CONSTRAINT delivery_route_pkey PRIMARY KEY (route);

ALTER TABLE ONLY public.delivery_thread
    ADD CONSTRAINT delivery_thread_pkey PRIMARY KEY (route, release_id);

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_id UNIQUE (id);

ALTER TABLE ONLY public.event_order
    ADD CONSTRAINT event_order_pkey PRIMARY KEY (seq);

ALTER TABLE ONLY public.event_order
    ADD CONSTRAINT event_order_stream_version_key UNIQUE (stream, version);

ALTER TABLE ONLY public.event
    ADD CONSTRAINT event_version PRIMARY KEY (stream, version);

ALTER TABLE ONLY public.heartbeat
    ADD CONSTRAINT heartbeat_pkey PRIMARY KEY (release_id, service);

ALTER TABLE ONLY public.idempotency_key
    ADD CONSTRAINT idempotency_key_pkey PRIMARY KEY (account, key);

ALTER TABLE ONLY public.lease
    ADD CONSTRAINT lease_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.measurement
    ADD CONSTRAINT measurement_pkey PRIMARY KEY (at, "position");

ALTER TABLE ONLY public.measurement_20261129
    ADD CONSTRAINT measurement_20261129_pkey PRIMARY KEY (at, "position");

ALTER TABLE ONLY public.measurement_20261130
    ADD CONSTRAINT measurement_20261130_pkey PRIMARY KEY (at, "position");

ALTER TABLE ONLY public.measurement_default
    ADD CONSTRAINT measurement_default_pkey PRIMARY KEY (at, "position");

ALTER TABLE ONLY public.notification
    ADD CONSTRAINT notification_pkey PRIMARY KEY (event_id, route);

ALTER TABLE ONLY public.observed_pods
    ADD CONSTRAINT observed_pods_pkey PRIMARY KEY (release_id);

ALTER TABLE ONLY public.project_history
    ADD CONSTRAINT project_history_pkey PRIMARY KEY (release_id);

ALTER TABLE ONLY public.project
    ADD CONSTRAINT project_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.project_policy
    ADD CONSTRAINT project_policy_pkey PRIMARY KEY (project, environment);

ALTER TABLE ONLY public.projection_cursor
    ADD CONSTRAINT projection_cursor_pkey PRIMARY KEY (name, generation);

ALTER TABLE ONLY public.projection_rebuild
    ADD CONSTRAINT projection_rebuild_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.relay_cursor
    ADD CONSTRAINT relay_cursor_pkey PRIMARY KEY (singleton);

ALTER TABLE ONLY public.relay_lease
    ADD CONSTRAINT relay_lease_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.relay_published
    ADD CONSTRAINT relay_published_pkey PRIMARY KEY (singleton);

ALTER TABLE ONLY public.release
    ADD CONSTRAINT release_pkey PRIMARY KEY (release_id);

ALTER TABLE ONLY public.release_step
    ADD CONSTRAINT release_step_pkey PRIMARY KEY (release_id, decision);

ALTER TABLE ONLY public.release_timeline
    ADD CONSTRAINT release_timeline_pkey PRIMARY KEY (seq);

ALTER TABLE ONLY public.request_mark
    ADD CONSTRAINT request_mark_pkey PRIMARY KEY (mark);

ALTER TABLE ONLY public.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.sealed_secret
    ADD CONSTRAINT sealed_secret_pkey PRIMARY KEY (project, name);

ALTER TABLE ONLY public.shredded_artifact
    ADD CONSTRAINT shredded_artifact_pkey PRIMARY KEY (artifact);

ALTER TABLE ONLY public.slot_counter
    ADD CONSTRAINT slot_counter_pkey PRIMARY KEY (project, environment);

ALTER TABLE ONLY public.slot
    ADD CONSTRAINT slot_pkey PRIMARY KEY (project, environment);

ALTER TABLE ONLY public.slot
    ADD CONSTRAINT slot_release_id_key UNIQUE (release_id);

ALTER TABLE ONLY public.spent_token
    ADD CONSTRAINT spent_token_pkey PRIMARY KEY (issuer, id);

ALTER TABLE ONLY public.stable_version
    ADD CONSTRAINT stable_version_event_id_key UNIQUE (event_id);

ALTER TABLE ONLY public.stable_version
    ADD CONSTRAINT stable_version_pkey PRIMARY KEY (project, environment, ordinal);

ALTER TABLE ONLY public.store_epoch
    ADD CONSTRAINT store_epoch_pkey PRIMARY KEY (epoch);

ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_sha256_key UNIQUE (sha256);

CREATE INDEX delivery_queued_at ON public.delivery USING btree (queued_at);

CREATE INDEX delivery_thread_created_at ON public.delivery_thread USING btree (created_at);

CREATE UNIQUE INDEX event_place ON public.event USING btree (epoch, transaction_id, "position");

CREATE INDEX idempotency_key_age ON public.idempotency_key USING btree (created_at);

CREATE INDEX measurement_release ON ONLY public.measurement USING btree (release_id, step, attempt);

CREATE INDEX measurement_20261129_release_id_step_attempt_idx ON public.measurement_20261129 USING btree (release_id, step, attempt);

CREATE INDEX measurement_20261130_release_id_step_attempt_idx ON public.measurement_20261130 USING btree (release_id, step, attempt);

CREATE INDEX measurement_default_release_id_step_attempt_idx ON public.measurement_default USING btree (release_id, step, attempt);

CREATE INDEX notification_told_at ON public.notification USING btree (told_at);

CREATE INDEX project_history_project ON public.project_history USING btree (project, environment, seq DESC);

CREATE INDEX release_awaited ON public.release USING btree (release_id) WHERE (awaits <> '{}'::text[]);

CREATE INDEX release_due ON public.release USING btree (next_due_at) WHERE (NOT ended);

CREATE INDEX release_newest ON public.release USING btree (requested_at DESC, release_id DESC);

CREATE INDEX release_newest_of_project ON public.release USING btree (project, requested_at DESC, release_id DESC);

CREATE INDEX release_status ON public.release USING btree (status);

CREATE INDEX release_timeline_release ON public.release_timeline USING btree (release_id, seq);

CREATE INDEX release_unfinished ON public.release USING btree (project, environment, release_id) WHERE (NOT ended);

CREATE INDEX request_mark_age ON public.request_mark USING btree (claimed_at);

CREATE INDEX spent_token_expires ON public.spent_token USING btree (expires_at);

CREATE INDEX token_account ON public.token USING btree (account);

ALTER INDEX public.measurement_pkey ATTACH PARTITION public.measurement_20261129_pkey;

ALTER INDEX public.measurement_release ATTACH PARTITION public.measurement_20261129_release_id_step_attempt_idx;

ALTER INDEX public.measurement_pkey ATTACH PARTITION public.measurement_20261130_pkey;

ALTER INDEX public.measurement_release ATTACH PARTITION public.measurement_20261130_release_id_step_attempt_idx;

ALTER INDEX public.measurement_pkey ATTACH PARTITION public.measurement_default_pkey;

ALTER INDEX public.measurement_release ATTACH PARTITION public.measurement_default_release_id_step_attempt_idx;

CREATE TRIGGER checkpoint_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.checkpoint FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.checkpoint ENABLE ALWAYS TRIGGER checkpoint_append_only;

CREATE TRIGGER event_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.event FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.event ENABLE ALWAYS TRIGGER event_append_only;

CREATE TRIGGER event_order_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.event_order FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

ALTER TABLE public.event_order ENABLE ALWAYS TRIGGER event_order_append_only;

ALTER TABLE ONLY public.project_policy
    ADD CONSTRAINT project_policy_project_fkey FOREIGN KEY (project) REFERENCES public.project(id);

ALTER TABLE ONLY public.sealed_secret
    ADD CONSTRAINT sealed_secret_project_fkey FOREIGN KEY (project) REFERENCES public.project(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.token
    ADD CONSTRAINT token_account_fkey FOREIGN KEY (account) REFERENCES public.account(id);

