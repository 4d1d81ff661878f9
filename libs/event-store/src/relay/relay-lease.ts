import type { Pool } from 'pg';

const ACQUIRE = `
  INSERT INTO relay_lease AS held (name, holder, epoch, expires_at)
  VALUES ('relay', $1, 1, clock_timestamp() + $2 * interval '1 ms')
  ON CONFLICT (name) DO UPDATE SET
    holder = excluded.holder,
    epoch = held.epoch + CASE WHEN held.holder = excluded.holder THEN 0 ELSE 1 END,
    expires_at = excluded.expires_at
  WHERE held.holder = excluded.holder OR held.expires_at < clock_timestamp()
  RETURNING epoch`;

/** Gives the lease's epoch if it is free, expired, or `holder`'s already (then it is renewed); undefined if another holds it. By Postgres' clock; idempotent. */
export async function acquireRelayLease(pool: Pool, holder: string, ttlMs: number): Promise<number | undefined> {
  const { rows } = await pool.query<{ epoch: string }>(ACQUIRE, [holder, ttlMs]);
  return rows[0] && Number(rows[0].epoch);
}

/** Lets another replica take over at once. Idempotent; nothing happens if another holds it. */
export async function releaseRelayLease(pool: Pool, holder: string): Promise<void> {
  await pool.query(`UPDATE relay_lease SET expires_at = '-infinity' WHERE name = 'relay' AND holder = $1`, [holder]);
}
