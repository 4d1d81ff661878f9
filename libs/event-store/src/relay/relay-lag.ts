import type { Pool } from 'pg';

/** How far order and triggers are behind the log, for metrics. */
export interface RelayLag {
  /** Committed events without seq. */
  readonly unordered: number;
  /** Events with seq whose trigger is not published. */
  readonly unpublished: number;
  /** Age of the oldest event without seq; ms, 0 if none. */
  readonly oldestMs: number;
}

const LAG = `
  WITH waiting AS (
    SELECT e.occurred_at FROM event e, relay_cursor c
      WHERE (e.epoch, e.transaction_id, e.position) > (c.epoch, c.transaction_id, c.position)
  )
  SELECT (SELECT count(*) FROM waiting)::integer AS unordered,
    ((SELECT seq FROM relay_cursor) - (SELECT seq FROM relay_published))::integer AS unpublished,
    coalesce(greatest(0, extract(epoch FROM clock_timestamp() - (SELECT min(occurred_at) FROM waiting)) * 1000), 0)::float8 AS "oldestMs"`;

export async function relayLag(pool: Pool): Promise<RelayLag> {
  const { rows } = await pool.query<RelayLag>(LAG);
  return rows[0]!;
}
