import type { Heartbeats } from '@alloy/release';
import type { Pool } from 'pg';
import type { HeartbeatStore } from './heartbeat-store';

const HOUR_MS = 3600 * 1000;

/** Heartbeats in a table of their own; what is old is deleted once an hour. */
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
      const column = <T>(of: (beat: (typeof beats)[number]) => T): readonly T[] => beats.map(of);
      await pool.query({
        name: 'heartbeat-record',
        text: RECORD,
        values: [worker, column((beat) => beat.releaseId), column((beat) => beat.decision), column((beat) => beat.fromAgoMs), column((beat) => beat.toAgoMs)],
      });
    },
    async find(releaseId) {
      const { rows } = await pool.query<{ heartbeats: Heartbeats }>({ name: 'heartbeat-find', text: `SELECT (${HEARTBEATS_OF('$1')}) AS heartbeats`, values: [releaseId] });
      return rows[0]!.heartbeats;
    },
  };
}

/** Beats that follow each other this closely are one span: what lies between is the way to Postgres. */
const JOINED = `interval '500 milliseconds'`;
/** Spans kept at most, the newest: a cluster that comes and goes must not make the row grow for ever. */
const MOST = 1_000;

const RECORD = `
  INSERT INTO heartbeat AS known (release_id, service, decision, active, beaten_at)
  SELECT release_id, $1, decision, tstzmultirange(tstzrange(at - from_ago * interval '1 millisecond', at - to_ago * interval '1 millisecond')), at - to_ago * interval '1 millisecond'
  FROM unnest($2::text[], $3::integer[], $4::float8[], $5::float8[]) AS beat(release_id, decision, from_ago, to_ago), (SELECT clock_timestamp() AS at OFFSET 0) AS clock
  ORDER BY release_id
  ON CONFLICT (release_id, service) DO UPDATE SET
    decision = EXCLUDED.decision,
    beaten_at = CASE WHEN known.decision = EXCLUDED.decision THEN greatest(known.beaten_at, EXCLUDED.beaten_at) ELSE EXCLUDED.beaten_at END,
    active = CASE WHEN known.decision < EXCLUDED.decision THEN EXCLUDED.active ELSE coalesce((
      SELECT range_agg(span) FROM (
        SELECT span FROM unnest(known.active + EXCLUDED.active + CASE
          WHEN upper(known.active) < lower(EXCLUDED.active) AND lower(EXCLUDED.active) - upper(known.active) <= ${JOINED} THEN tstzmultirange(tstzrange(upper(known.active), lower(EXCLUDED.active)))
          ELSE '{}' END) AS span
        ORDER BY span DESC LIMIT ${MOST}) AS newest), '{}') END
  WHERE known.decision <= EXCLUDED.decision`;

/** A subquery that gives a release's `Heartbeats` as JSON; `release` is SQL for its id. */
export const HEARTBEATS_OF = (release: string): string => `
  SELECT coalesce(jsonb_object_agg(service, jsonb_build_object('decision', decision, 'active', (
    SELECT coalesce(jsonb_agg(jsonb_build_object('from', extract(epoch FROM lower(span)) * 1000, 'to', extract(epoch FROM upper(span)) * 1000) ORDER BY span), '[]') FROM unnest(active) AS span))), '{}')
  FROM heartbeat WHERE release_id = ${release}`;
