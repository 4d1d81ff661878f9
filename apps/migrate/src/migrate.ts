import { eventStoreGrants } from '@alloy/event-store';
import { ledgerGrants, runMigrations } from '@alloy/ledger';
import { Client } from 'pg';
import { applyGrants } from './apply-grants';
import { writeRoles, type RolePasswords } from './write-roles';

export interface MigrateOptions {
  /** URL of the database owner. */
  readonly databaseUrl: string;
  readonly rolePasswords: RolePasswords;
}

/** Updates tables, roles and grants. Idempotent; run it before the services start. */
export async function migrate({ databaseUrl, rolePasswords }: MigrateOptions): Promise<void> {
  await runMigrations(databaseUrl);
  const client = new Client({ connectionString: databaseUrl, application_name: 'alloy-migrate' });
  await client.connect();
  try {
    await withRetries(() => writeRolesAndGrants(client, rolePasswords));
  } finally {
    await client.end();
  }
}

async function writeRolesAndGrants(client: Client, rolePasswords: RolePasswords): Promise<void> {
  try {
    await client.query('BEGIN');
    await writeRoles(client, rolePasswords);
    await applyGrants(client, { ...eventStoreGrants, ...ledgerGrants });
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

/**
 * Roles belong to the whole server, so a lock in one database does not serialize migrations: retries up to 20 times
 * after a conflict.
 */
async function withRetries(write: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string };
      const isConflict = (code === 'XX000' && message === 'tuple concurrently updated') || code === '40P01';
      if (!isConflict || attempt === 20) throw error;
    }
  }
}
