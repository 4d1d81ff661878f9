import type { Pool } from 'pg';

const OLDEST = `
  SELECT greatest(0, extract(epoch FROM clock_timestamp() - e.occurred_at))::float8 AS seconds
  FROM event_order o JOIN event e USING (stream, version) WHERE o.seq = (SELECT coalesce(max(seq), 0) FROM checkpoint) + 1`;

/** How long the oldest event that no checkpoint covers has waited for one; 0: every one that has its place in the order is covered. */
export async function unsignedSeconds(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ readonly seconds: number }>(OLDEST);
  return rows[0]?.seconds ?? 0;
}
