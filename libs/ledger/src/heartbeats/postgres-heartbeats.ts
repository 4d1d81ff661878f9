import type { Heartbeats } from '@alloy/release';
import type { Pool } from 'pg';
import type { HeartbeatStore } from './heartbeat-store';

const HOUR_MS = 3600 * 1000;

/** Heartbeats in a separate table; old rows are deleted once an hour. */
export function postgresHeartbeats(pool: Pool, keepDays = 7): HeartbeatStore {
  let pruned = performance.now();
  const prune = async (): Promise<void> => {
    if (performance.now() - pruned < HOUR_MS) return;
    await pool.query('DELETE FROM heartbeat WHERE beaten_at < clock_timestamp() - make_interval(days => $1)', [keepDays]);
    pruned = performance.now();
  };
  return {
    async record(worker, beats) {
      await prune();
      if (beats.length === 0) return;
      await pool.query({ name: 'heartbeat-record', text: RECORD, values: [worker, JSON.stringify(beats)] });
    },
    async find(releaseId) {
      const { rows } = await pool.query<{ heartbeats: Heartbeats }>({
        name: 'heartbeat-find',
        text: `SELECT (${HEARTBEATS_OF('$1')}) AS heartbeats`,
        values: [releaseId],
      });
      return rows[0]!.heartbeats;
    },
  };
}

/** Beats with a shorter gap are joined to one span: the gap is the latency of Postgres. */
const JOINED = `interval '500 milliseconds'`;
/**
 * Maximum number of spans, of which the newest are kept: an unstable cluster must not make the row grow without limit.
 */
const MOST = 1_000;

/** The beats as JSON, which costs a fraction of arrays of each column. */
const RECORD = `
  INSERT INTO heartbeat AS known (release_id, service, decision, active, writing, beaten_at)
  SELECT "releaseId", $1, decision,
    tstzmultirange(tstzrange(at - "fromAgoMs" * interval '1 millisecond', at - "toAgoMs" * interval '1 millisecond')),
    tstzmultirange(tstzrange(
      at - coalesce((writing->>'fromAgoMs')::float8, 0) * interval '1 millisecond',
      at - coalesce((writing->>'toAgoMs')::float8, 0) * interval '1 millisecond')),
    at - "toAgoMs" * interval '1 millisecond'
  FROM json_to_recordset($2::json) AS beat("releaseId" text, decision integer, "fromAgoMs" float8, "toAgoMs" float8, writing json),
    (SELECT clock_timestamp() AS at OFFSET 0) AS clock
  ORDER BY "releaseId"
  ON CONFLICT (release_id, service) DO UPDATE SET
    decision = EXCLUDED.decision,
    beaten_at = CASE WHEN known.decision = EXCLUDED.decision THEN greatest(known.beaten_at, EXCLUDED.beaten_at) ELSE EXCLUDED.beaten_at END,
    writing = CASE WHEN known.decision < EXCLUDED.decision THEN EXCLUDED.writing ELSE coalesce((
      SELECT range_agg(span) FROM (SELECT span FROM unnest(known.writing + EXCLUDED.writing) AS span ORDER BY span DESC
        LIMIT ${MOST}) AS newest), '{}') END,
    active = CASE WHEN known.decision < EXCLUDED.decision THEN EXCLUDED.active ELSE coalesce((
      SELECT range_agg(span) FROM (
        SELECT span FROM unnest(known.active + EXCLUDED.active + CASE
          WHEN upper(known.active) < lower(EXCLUDED.active) AND lower(EXCLUDED.active) - upper(known.active) <= ${JOINED}
            THEN tstzmultirange(tstzrange(upper(known.active), lower(EXCLUDED.active)))
          ELSE '{}' END) AS span
        ORDER BY span DESC LIMIT ${MOST}) AS newest), '{}') END
  WHERE known.decision <= EXCLUDED.decision`;

/** A subquery that returns a release's `Heartbeats` as JSON; `release` is SQL for its id. */
export const HEARTBEATS_OF = (release: string): string => `
  SELECT coalesce(jsonb_object_agg(service, jsonb_build_object('decision', decision, 'active', (${SPANS_OF('active')})) ||
    CASE WHEN writing = '{}' THEN '{}'::jsonb ELSE jsonb_build_object('writing', (${SPANS_OF('writing')})) END), '{}')
  FROM heartbeat WHERE release_id = ${release}`;

const SPANS_OF = (column: string): string =>
  `SELECT coalesce(jsonb_agg(
    jsonb_build_object('from', extract(epoch FROM lower(span)) * 1000, 'to', extract(epoch FROM upper(span)) * 1000) ORDER BY span
  ), '[]') FROM unnest(${column}) AS span`;
