import type { Pool } from 'pg';

const OLDEST = `
  SELECT greatest(0, extract(epoch FROM clock_timestamp() - e.occurred_at))::float8 AS seconds
  FROM event_order o JOIN event e USING (stream, version) WHERE o.seq = (SELECT coalesce(max(seq), 0) FROM checkpoint) + 1`;

/**
 * The age of the oldest ordered event that no checkpoint covers, in seconds; 0: checkpoints cover all ordered events.
 */
export async function unsignedSeconds(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ readonly seconds: number }>(OLDEST);
  return rows[0]?.seconds ?? 0;
}
