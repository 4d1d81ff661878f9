import { storedPolicy } from '@alloy/policy';
import type { Pool } from 'pg';
import type { TrustBook } from './trust-book';

/** Prepared statements, because every webhook with a CI job's token waits for them: see ADR 37. */
export const postgresTrustBook = (pool: Pool): TrustBook => ({
  async entries() {
    const { rows } = await pool.query<{ project: string; environment: string; policy: unknown }>({
      name: 'trust-entries',
      text: `SELECT project, environment, policy FROM project_policy WHERE policy->'trust' <> '[]' ORDER BY project, environment`,
    });
    return rows.flatMap(({ project, environment, policy }) => storedPolicy(policy).trust.map((trust) => ({ project, environment, trust })));
  },
  async spend(issuer, id, expiresAt) {
    await pool.query({ name: 'trust-forget', text: `DELETE FROM spent_token WHERE expires_at < clock_timestamp() - interval '1 hour'` });
    const { rowCount } = await pool.query({
      name: 'trust-spend',
      text: 'INSERT INTO spent_token (issuer, id, expires_at) VALUES ($1, $2, to_timestamp($3)) ON CONFLICT DO NOTHING',
      values: [issuer, id, expiresAt],
    });
    return rowCount === 1;
  },
});
