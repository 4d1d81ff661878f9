import { storedPolicy, type Trust } from '@alloy/release';
import type { Pool } from 'pg';

export interface TrustEntry {
  readonly project: string;
  readonly environment: string;
  readonly trust: Trust;
}

/** Whose CI is trusted, and which of its tokens were used. */
export interface TrustBook {
  /** Of every project and environment. */
  entries(): Promise<readonly TrustEntry[]>;
  /** Notes the use of a token that must be used but once; `expiresAt`: seconds since 1970. False: it was used before. */
  spend(issuer: string, id: string, expiresAt: number): Promise<boolean>;
}

/** By plain SQL. */
export const trustBook = (pool: Pool): TrustBook => ({
  async entries() {
    const { rows } = await pool.query<{ project: string; environment: string; policy: unknown }>({
      name: 'trust-entries', text: `SELECT project, environment, policy FROM project_policy WHERE policy->'trust' <> '[]' ORDER BY project, environment`,
    });
    return rows.flatMap(({ project, environment, policy }) => storedPolicy(policy).trust.map((trust) => ({ project, environment, trust })));
  },
  async spend(issuer, id, expiresAt) {
    await pool.query({ name: 'trust-forget', text: `DELETE FROM spent_token WHERE expires_at < clock_timestamp() - interval '1 hour'` });
    const { rowCount } = await pool.query({
      name: 'trust-spend', text: 'INSERT INTO spent_token (issuer, id, expires_at) VALUES ($1, $2, to_timestamp($3)) ON CONFLICT DO NOTHING', values: [issuer, id, expiresAt],
    });
    return rowCount === 1;
  },
});
