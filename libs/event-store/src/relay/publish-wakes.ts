import type { Pool } from 'pg';
import type { Publisher, WakeOf } from './publisher';

interface Row extends WakeOf {
  readonly seq: string;
  /** Where the cursor stood. */
  readonly from: string;
}

/** One index each, row by row: a kept plan must not take the whole log for little. */
const NEXT = {
  name: 'relay-next-wakes',
  text: `
    SELECT e.id, e.family, e.type, o.stream, o.version, o.seq, (SELECT seq FROM relay_published) AS "from"
    FROM (SELECT seq, stream, version FROM event_order WHERE seq > (SELECT seq FROM relay_published) ORDER BY seq LIMIT $1) AS o
    CROSS JOIN LATERAL (SELECT id, family, type FROM event WHERE event.stream = o.stream AND event.version = o.version LIMIT 1) AS e
    ORDER BY o.seq`,
};

/** Its commit waits for no disk: a wake that is published twice does no harm. */
const MOVE = {
  name: 'relay-move',
  text: `
    WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
    UPDATE relay_published SET seq = $3 FROM unhurried
    WHERE seq = $4 AND EXISTS (SELECT FROM relay_lease WHERE name = 'relay' AND holder = $1 AND epoch = $2)`,
};

/**
 * Publishes the next wakes, at most `limit`, then moves the cursor: each at least once.
 * How many were published; undefined if the lease is lost. Rejects, with the cursor unmoved, if the bus refuses one.
 */
export async function publishWakes(pool: Pool, publisher: Publisher, holder: string, epoch: number, limit: number): Promise<number | undefined> {
  const { rows } = await pool.query<Row>({ ...NEXT, values: [limit] });
  const last = rows.at(-1);
  if (!last) return 0;
  await Promise.all(rows.map((wake) => publisher.publish(wake)));
  const { rowCount } = await pool.query({ ...MOVE, values: [holder, epoch, last.seq, last.from] });
  return rowCount === 1 ? rows.length : undefined;
}
