import { EVERY_PROJECT } from '@alloy/contracts';
import { Client } from 'pg';

/** The account of the first token. */
export const FIRST_ADMIN = 'admin';

export interface BootstrapAdminOptions {
  /** As the tables' owner. */
  readonly databaseUrl: string;
  /** Hex, of the token's text. */
  readonly tokenSha256: string;
}

/**
 * Registers the account `admin` and its token with all permissions on all projects. Idempotent.
 * Does not change a known token: a revoked token stays revoked after a restart; a new token gives a locked-out owner
 * access again.
 */
export async function bootstrapAdmin({ databaseUrl, tokenSha256 }: BootstrapAdminOptions): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('INSERT INTO account (id) VALUES ($1) ON CONFLICT DO NOTHING', [FIRST_ADMIN]);
    const { rowCount } = await client.query(writeToken, [tokenSha256, FIRST_ADMIN, EVERY_PROJECT]);
    if (rowCount !== 0) await client.query('UPDATE account SET removed_at = NULL WHERE id = $1', [FIRST_ADMIN]);
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}

const writeToken = `
  INSERT INTO token (sha256, name, account, projects, scope) VALUES ($1, 'ALLOY_BOOTSTRAP_TOKEN', $2, ARRAY[$3], 'admin')
    ON CONFLICT (sha256) DO NOTHING`;
