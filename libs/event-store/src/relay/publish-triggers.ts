import { crashPoint } from '@alloy/contracts';
import type { Pool } from 'pg';
import type { OrderedTrigger, Publisher } from './publisher';

/** The next triggers to publish, in order, and the last published seq. */
export interface NextTriggers {
  readonly after: number;
  readonly triggers: readonly OrderedTrigger[];
}

interface Row extends Omit<OrderedTrigger, 'seq'> {
  readonly seq: string;
  readonly after: string;
}

/** One index lookup per row: a cached plan must not scan the whole log for few rows. */
const NEXT = {
  name: 'relay-next-triggers',
  text: `
    SELECT e.id, e.family, e.type, o.stream, o.version, o.seq, (SELECT seq FROM relay_published) AS "after"
    FROM (SELECT seq, stream, version FROM event_order WHERE seq > (SELECT seq FROM relay_published) ORDER BY seq LIMIT $1) AS o
    CROSS JOIN LATERAL (SELECT id, family, type FROM event WHERE event.stream = o.stream AND event.version = o.version LIMIT 1) AS e
    ORDER BY o.seq`,
};

/** Its commit does not wait for the disk: a trigger may be published twice. */
const MOVE = {
  name: 'relay-move',
  text: `
    WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
    UPDATE relay_published SET seq = $3 FROM unhurried
    WHERE seq = $4 AND EXISTS (SELECT FROM relay_lease WHERE name = 'relay' AND holder = $1 AND epoch = $2)`,
};

/** The next triggers from the log, at most `limit`; undefined: there are none. */
export async function readNextTriggers(pool: Pool, limit: number): Promise<NextTriggers | undefined> {
  const { rows } = await pool.query<Row>({ ...NEXT, values: [limit] });
  const [first] = rows;
  return first && { after: Number(first.after), triggers: rows.map(({ after: _, seq, ...trigger }) => ({ ...trigger, seq: Number(seq) })) };
}

/**
 * Publishes the triggers, then moves the cursor: each at least once. Returns the last published seq; undefined if the
 * lease is lost or another process moved the cursor. Rejects, with the cursor unchanged, if the bus refuses a trigger.
 */
export async function publishTriggers(
  pool: Pool, publisher: Publisher, holder: string, epoch: number,
  { after, triggers }: NextTriggers,
): Promise<number | undefined> {
  await Promise.all(triggers.map((trigger) => publisher.publish(trigger)));
  crashPoint('relay.after-publish');
  const last = triggers.at(-1)?.seq ?? after;
  const { rowCount } = await pool.query({ ...MOVE, values: [holder, epoch, last, after] });
  return rowCount === 1 ? last : undefined;
}
