import type { Pool } from 'pg';
import type { Leases } from '../ports';

/** Leases in the table `lease`. The row outlives its holder, so that an epoch is never used twice. */
export const postgresLeases = (pool: Pool): Leases => ({
  async acquire(name, holder, ttlMs) {
    const { rows } = await pool.query<{ epoch: string }>({
      name: 'lease-acquire',
      text: `INSERT INTO lease (name, holder, epoch, expires_at) VALUES ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond')
             ON CONFLICT (name) DO UPDATE SET
               holder = EXCLUDED.holder,
               expires_at = EXCLUDED.expires_at,
               epoch = lease.epoch + CASE WHEN lease.holder = EXCLUDED.holder THEN 0 ELSE 1 END
             WHERE lease.holder = EXCLUDED.holder OR lease.expires_at <= clock_timestamp()
             RETURNING epoch`,
      values: [name, holder, ttlMs],
    });
    return rows[0] && Number(rows[0].epoch);
  },
  async release(name, holder) {
    await pool.query({
      name: 'lease-release',
      text: `UPDATE lease SET expires_at = '-infinity' WHERE name = $1 AND holder = $2`,
      values: [name, holder],
    });
  },
  async held(prefix) {
    const { rows } = await pool.query<{ name: string }>({
      name: 'lease-held',
      text: 'SELECT name FROM lease WHERE starts_with(name, $1) AND expires_at > clock_timestamp() ORDER BY name',
      values: [prefix],
    });
    return rows.map(({ name }) => name);
  },
});
