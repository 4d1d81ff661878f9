import { crashPoint } from '@alloy/contracts';
import type { LeaseStore } from '@alloy/runtime';
import type { Pool } from 'pg';

/** Prefix of the holder's name of a standby. */
const STANDBY = 'standby/';
/** A standby waits so long after the lease has expired, so that a relay which restarts gets it back, ms. */
const GRACE_MS = 5_000;

const ACQUIRE = `
  INSERT INTO relay_lease AS held (name, holder, epoch, expires_at)
  VALUES ($5, $1, 1, clock_timestamp() + $2 * interval '1 ms')
  ON CONFLICT (name) DO UPDATE SET
    holder = excluded.holder,
    epoch = held.epoch + CASE WHEN held.holder = excluded.holder THEN 0 ELSE 1 END,
    expires_at = excluded.expires_at
  WHERE held.holder = excluded.holder OR held.expires_at < clock_timestamp() - $3 * interval '1 ms'
    OR (starts_with(held.holder, $4) AND NOT starts_with(excluded.holder, $4))
  RETURNING epoch`;

/** The only name of a lease in `relay_lease`; the statements that check the epoch contain it. */
export const RELAY_LEASE = 'relay';

/** The name under which a standby holds the lease. */
export const standbyHolder = (holder: string): string => `${STANDBY}${holder}`;

/**
 * The lease of the relay, by Postgres' clock. A standby gets a lease that was released, or one that expired 5 s ago,
 * and loses it to the first relay that is no standby.
 */
export const relayLeases = (pool: Pool): LeaseStore => ({
  async acquire(name, holder, ttlMs) {
    const graceMs = holder.startsWith(STANDBY) ? GRACE_MS : 0;
    const { rows } = await pool.query<{ epoch: string }>(ACQUIRE, [holder, ttlMs, graceMs, STANDBY, name]);
    if (!rows[0]) return undefined;
    crashPoint('relay.after-lease');
    return Number(rows[0].epoch);
  },
  async release(name, holder) {
    await pool.query(`UPDATE relay_lease SET expires_at = '-infinity' WHERE name = $1 AND holder = $2`, [name, holder]);
  },
});
