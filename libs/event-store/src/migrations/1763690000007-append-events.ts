import { LogMigration } from './log-migration';

/**
 * The append, in one call. `streams` and `expected` (null: any version) name the targets, `owner` assigns each event to
 * one of them (from 1); an event is passed as its canonical text, split where the time and the version belong, and the
 * row is built from the same text that is hashed. A stream that is not at its expected version gets no events, and the
 * others are appended; with `whole` none of them is appended. Returns a row per stored event, and a row without hash
 * with the current version for each refused stream.
 */
export class AppendEvents1763690000007 extends LogMigration {
  readonly name = 'AppendEvents1763690000007';
  // eslint-disable-next-line alloy/no-retired-words -- a migration is never changed
  protected readonly sql = `
CREATE FUNCTION append_events(streams text[], expected integer[], owner integer[], head_texts text[], tail_texts text[], whole boolean)
RETURNS TABLE (place integer, at_version integer, occurred text, chained text) LANGUAGE plpgsql AS $$
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
`;
}
