import type { Pool } from 'pg';
import type { Claim, IdempotencyKeys } from './idempotency-keys';

interface Row {
  readonly fingerprint: string;
  readonly status: number | null;
  readonly body: string | null;
}

/** How long a request may take before another caller takes over. */
const PATIENCE_SECONDS = 30;

/** By prepared statements, because a webhook with a key waits for them; the claim also reads `xmax`. */
export const postgresIdempotencyKeys = (pool: Pool): IdempotencyKeys => ({
  async claim({ account, key }, fingerprint) {
    await pool.query({
      name: 'idempotency-expire',
      text: `DELETE FROM idempotency_key WHERE created_at < clock_timestamp() - interval '1 day'`,
    });
    for (;;) {
      const { rows: claimed } = await pool.query<{ created_at: Date; is_new: boolean }>({
        name: 'idempotency-claim',
        text: claimSql,
        values: [account, key, fingerprint, PATIENCE_SECONDS],
      });
      if (claimed[0]) return { kind: claimed[0].is_new ? 'mine' : 'abandoned', createdAt: claimed[0].created_at.getTime() };
      const { rows } = await pool.query<Row>({
        name: 'idempotency-find',
        text: 'SELECT fingerprint, status, body FROM idempotency_key WHERE account = $1 AND key = $2',
        values: [account, key],
      });
      // No row: the key was released in between.
      if (rows[0]) return seen(rows[0], fingerprint);
    }
  },
  async answer({ account, key }, { status, body }) {
    await pool.query({
      name: 'idempotency-answer',
      text: 'UPDATE idempotency_key SET status = $3, body = $4 WHERE account = $1 AND key = $2 AND status IS NULL',
      values: [account, key, status, body],
    });
  },
  async forget({ account, key }) {
    await pool.query({
      name: 'idempotency-forget',
      text: 'DELETE FROM idempotency_key WHERE account = $1 AND key = $2 AND status IS NULL',
      values: [account, key],
    });
  },
  async abandon({ account, key }) {
    await pool.query({
      name: 'idempotency-abandon',
      text: `UPDATE idempotency_key SET claimed_until = '-infinity' WHERE account = $1 AND key = $2 AND status IS NULL`,
      values: [account, key],
    });
  },
});

const claimSql = `
  INSERT INTO idempotency_key (account, key, fingerprint, claimed_until) VALUES ($1, $2, $3, clock_timestamp() + $4 * interval '1 second')
  ON CONFLICT (account, key) DO UPDATE SET claimed_until = EXCLUDED.claimed_until
    WHERE idempotency_key.status IS NULL AND idempotency_key.fingerprint = EXCLUDED.fingerprint
      AND idempotency_key.claimed_until < clock_timestamp()
  RETURNING created_at, xmax = 0 AS is_new`;

function seen(row: Row, fingerprint: string): Claim {
  if (row.fingerprint !== fingerprint) return { kind: 'other' };
  return row.status === null || row.body === null
    ? { kind: 'inFlight' }
    : { kind: 'answered', answer: { status: row.status, body: row.body } };
}
