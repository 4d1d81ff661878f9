import type { Pool } from 'pg';
import type { RequestMarks } from './request-marks';

/** Interval at which old marks are removed, ms. */
const EXPIRE_EVERY_MS = 60_000;

/** By a prepared statement, because each webhook waits for it; TypeORM has no INSERT from a SELECT. */
export function postgresRequestMarks(pool: Pool): RequestMarks {
  let expiredAt = -Infinity;
  return {
    async claim(mark, releaseId) {
      if (performance.now() - expiredAt > EXPIRE_EVERY_MS) {
        expiredAt = performance.now();
        await pool.query(EXPIRE);
      }
      const { rows } = await pool.query<{ release_id: string }>({ name: 'request-mark-claim', text: CLAIM, values: [mark, releaseId] });
      return rows[0]!.release_id;
    },
  };
}

/**
 * The minute starts with the release if it exists, else with the claim. The commit does not wait for the disk: the
 * commit of the release does, and includes all earlier commits.
 */
const CLAIM = `
  WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
  INSERT INTO request_mark AS known (mark, release_id) SELECT $1::text, $2::text FROM unhurried
  ON CONFLICT (mark) DO UPDATE SET (release_id, claimed_at) = (
    SELECT CASE WHEN is_recent THEN known.release_id ELSE EXCLUDED.release_id END,
      CASE WHEN is_recent THEN known.claimed_at ELSE clock_timestamp() END
    FROM (SELECT known.claimed_at > clock_timestamp() - interval '1 minute' OR EXISTS (
      SELECT FROM event WHERE stream = 'release-' || known.release_id AND version = 1
        AND occurred_at > clock_timestamp() - interval '1 minute') AS is_recent) AS age)
  RETURNING release_id`;

/** Skips rows that another call has locked, so that a delete never waits for a claim. */
const EXPIRE = `
  DELETE FROM request_mark WHERE mark IN (SELECT mark FROM request_mark WHERE claimed_at < clock_timestamp() - interval '1 hour'
    FOR UPDATE SKIP LOCKED)`;
