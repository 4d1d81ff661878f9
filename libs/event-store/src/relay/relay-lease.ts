import type { Pool } from 'pg';

/** Prefix of the holder's name of a standby. */
const STANDBY = 'standby/';
/** A standby waits so long after the lease has expired, so that a relay which restarts gets it back, ms. */
const GRACE_MS = 5_000;

const ACQUIRE = `
  INSERT INTO relay_lease AS held (name, holder, epoch, expires_at)
  VALUES ('relay', $1, 1, clock_timestamp() + $2 * interval '1 ms')
  ON CONFLICT (name) DO UPDATE SET
    holder = excluded.holder,
    epoch = held.epoch + CASE WHEN held.holder = excluded.holder THEN 0 ELSE 1 END,
    expires_at = excluded.expires_at
  WHERE held.holder = excluded.holder OR held.expires_at < clock_timestamp() - $3 * interval '1 ms'
    OR (starts_with(held.holder, $4) AND NOT starts_with(excluded.holder, $4))
  RETURNING epoch`;

/** The name under which a standby holds the lease. */
export const standbyHolder = (holder: string): string => `${STANDBY}${holder}`;

/**
 * Returns the lease's epoch if the lease is free, expired, or already held by `holder` (then it is renewed); undefined
 * if another process holds it. By Postgres' clock; idempotent. A standby gets a lease that was released, or one that
 * expired 5 s ago, and loses it to the first relay that is no standby.
 */
export async function acquireRelayLease(pool: Pool, holder: string, ttlMs: number): Promise<number | undefined> {
  const { rows } = await pool.query<{ epoch: string }>(ACQUIRE, [holder, ttlMs, holder.startsWith(STANDBY) ? GRACE_MS : 0, STANDBY]);
  return rows[0] && Number(rows[0].epoch);
}

/**
 * Releases the lease, so that another replica can take over immediately. Idempotent; no effect if another process holds
 * it.
 */
export async function releaseRelayLease(pool: Pool, holder: string): Promise<void> {
  await pool.query(`UPDATE relay_lease SET expires_at = '-infinity' WHERE name = 'relay' AND holder = $1`, [holder]);
}
