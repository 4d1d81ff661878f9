import type { Pool } from 'pg';
import type { OrderedTrigger } from './publisher';

interface Row extends Omit<OrderedTrigger, 'seq'> {
  readonly seq: string;
  /** False: the lease is lost. */
  readonly given: boolean;
}

/**
 * One statement, so one snapshot: events of transactions that are all finished (`xmin`) get the next seqs. Its commit
 * does not wait for the disk: an event's position follows from its transaction and its place in it, so an order that is
 * lost in a crash is assigned again in the same way. The update of the cursor checks the lease's epoch and the cursor
 * as read: a relay that was suspended and resumed assigns nothing.
 */
const GIVE_ORDER = {
  name: 'relay-give-order',
  text: `
    WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),
    here AS (SELECT epoch, transaction_id, position, seq FROM relay_cursor),
    batch AS (
      SELECT e.stream, e.version, e.id, e.family, e.type, e.epoch, e.transaction_id, e.position,
        row_number() OVER (ORDER BY e.epoch, e.transaction_id, e.position) AS place
      FROM event e
      WHERE (e.epoch, e.transaction_id, e.position) > (
        (SELECT epoch FROM here), (SELECT transaction_id FROM here), (SELECT position FROM here)
      )
        AND (e.epoch < event_epoch() OR e.transaction_id < pg_snapshot_xmin(pg_current_snapshot()))
      ORDER BY e.epoch, e.transaction_id, e.position
      LIMIT $3
    ),
    last AS (SELECT epoch, transaction_id, position, place FROM batch ORDER BY place DESC LIMIT 1),
    moved AS (
      UPDATE relay_cursor SET epoch = last.epoch, transaction_id = last.transaction_id, position = last.position,
        seq = here.seq + last.place
      FROM here, last
      WHERE relay_cursor.seq = here.seq
        AND EXISTS (SELECT FROM relay_lease WHERE name = 'relay' AND holder = $1 AND relay_lease.epoch = $2)
      RETURNING 1
    ),
    given AS (
      INSERT INTO event_order (seq, stream, version)
      SELECT here.seq + batch.place, batch.stream, batch.version FROM batch, here WHERE EXISTS (SELECT FROM moved)
    )
    SELECT batch.id, batch.family, batch.type, batch.stream, batch.version, here.seq + batch.place AS seq,
      EXISTS (SELECT FROM moved) AS given
    FROM unhurried, here, batch ORDER BY batch.place`,
};

/** Assigns seq to at most `limit` events and returns their triggers, in order; undefined if the lease is lost. */
export async function giveOrder(pool: Pool, holder: string, epoch: number, limit: number): Promise<readonly OrderedTrigger[] | undefined> {
  const { rows } = await pool.query<Row>({ ...GIVE_ORDER, values: [holder, epoch, limit] });
  if (rows[0]?.given === false) return undefined;
  return rows.map(({ given: _, seq, ...trigger }) => ({ ...trigger, seq: Number(seq) }));
}
