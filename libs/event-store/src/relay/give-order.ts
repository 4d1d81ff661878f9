import type { Pool } from 'pg';

/**
 * One statement, so one snapshot: what was committed by transactions that are all over (`xmin`) gets the next seqs.
 * Its commit waits for no disk: an event's place follows from its transaction and position alone, so order that a crash takes away is given again, and the same.
 * Both the lease's epoch and the cursor as read are checked in the cursor's update: a relay that was stopped and revived gives nothing.
 */
const GIVE_ORDER = {
  name: 'relay-give-order',
  text: `
    WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true)),
    here AS (SELECT epoch, transaction_id, position, seq FROM relay_cursor),
    batch AS (
      SELECT e.stream, e.version, e.epoch, e.transaction_id, e.position, row_number() OVER (ORDER BY e.epoch, e.transaction_id, e.position) AS place
      FROM event e
      WHERE (e.epoch, e.transaction_id, e.position) > ((SELECT epoch FROM here), (SELECT transaction_id FROM here), (SELECT position FROM here))
        AND (e.epoch < event_epoch() OR e.transaction_id < pg_snapshot_xmin(pg_current_snapshot()))
      ORDER BY e.epoch, e.transaction_id, e.position
      LIMIT $3
    ),
    last AS (SELECT epoch, transaction_id, position, place FROM batch ORDER BY place DESC LIMIT 1),
    moved AS (
      UPDATE relay_cursor SET epoch = last.epoch, transaction_id = last.transaction_id, position = last.position, seq = here.seq + last.place
      FROM here, last
      WHERE relay_cursor.seq = here.seq
        AND EXISTS (SELECT FROM relay_lease WHERE name = 'relay' AND holder = $1 AND relay_lease.epoch = $2)
      RETURNING 1
    ),
    given AS (
      INSERT INTO event_order (seq, stream, version)
      SELECT here.seq + batch.place, batch.stream, batch.version FROM batch, here WHERE EXISTS (SELECT FROM moved)
      RETURNING 1
    )
    SELECT (SELECT count(*) FROM batch)::integer AS found, (SELECT count(*) FROM given)::integer AS given FROM unhurried`,
};

/** Gives seq to at most `limit` events; how many, or undefined if the lease is lost. */
export async function giveOrder(pool: Pool, holder: string, epoch: number, limit: number): Promise<number | undefined> {
  const { rows } = await pool.query<{ found: number; given: number }>({ ...GIVE_ORDER, values: [holder, epoch, limit] });
  const { found, given } = rows[0]!;
  return found > 0 && given === 0 ? undefined : given;
}
