import type { Pool } from 'pg';
import { readBySeq } from '../postgres/read-events';
import type { Publisher } from './publisher';

const MOVE = `
  UPDATE relay_published SET seq = $3
  WHERE seq = $4 AND EXISTS (SELECT FROM relay_lease WHERE name = 'relay' AND holder = $1 AND epoch = $2)`;

/**
 * Publishes the next wakes, at most `limit`, then moves the cursor: each at least once.
 * How many were published; undefined if the lease is lost. Rejects, with the cursor unmoved, if the bus refuses one.
 */
export async function publishWakes(pool: Pool, publisher: Publisher, holder: string, epoch: number, limit: number): Promise<number | undefined> {
  const { rows } = await pool.query<{ seq: string }>('SELECT seq FROM relay_published');
  const from = Number(rows[0]!.seq);
  const events = await readBySeq(pool, { after: from, limit });
  const last = events.at(-1);
  if (!last) return 0;
  await Promise.all(events.map((event) => publisher.publish(event)));
  const { rowCount } = await pool.query(MOVE, [holder, epoch, last.seq, from]);
  return rowCount === 1 ? events.length : undefined;
}
