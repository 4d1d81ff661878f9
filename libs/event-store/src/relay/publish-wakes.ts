import type { Pool } from 'pg';
import type { OrderedWake, Publisher } from './publisher';

/** Wakes to be published next, in order, and the seq up to which all others are. */
export interface NextWakes {
  readonly after: number;
  readonly wakes: readonly OrderedWake[];
}

interface Row extends Omit<OrderedWake, 'seq'> {
  readonly seq: string;
  readonly after: string;
}

/** One index each, row by row: a kept plan must not take the whole log for little. */
const NEXT = {
  name: 'relay-next-wakes',
  text: `
    SELECT e.id, e.family, e.type, o.stream, o.version, o.seq, (SELECT seq FROM relay_published) AS "after"
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

/** The next wakes as the log has them, at most `limit`; undefined: there are none. */
export async function readNextWakes(pool: Pool, limit: number): Promise<NextWakes | undefined> {
  const { rows } = await pool.query<Row>({ ...NEXT, values: [limit] });
  const [first] = rows;
  return first && { after: Number(first.after), wakes: rows.map(({ after: _, seq, ...wake }) => ({ ...wake, seq: Number(seq) })) };
}

/**
 * Publishes them, then moves the cursor: each at least once.
 * The seq up to which all are published now; undefined if the lease is lost or somebody else moved the cursor. Rejects, with the cursor unmoved, if the bus refuses one.
 */
export async function publishWakes(pool: Pool, publisher: Publisher, holder: string, epoch: number, { after, wakes }: NextWakes): Promise<number | undefined> {
  await Promise.all(wakes.map((wake) => publisher.publish(wake)));
  const last = wakes.at(-1)?.seq ?? after;
  const { rowCount } = await pool.query({ ...MOVE, values: [holder, epoch, last, after] });
  return rowCount === 1 ? last : undefined;
}
