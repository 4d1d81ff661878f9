import { eventStoreGrants } from '@alloy/event-store';
import { ledgerGrants, runMigrations } from '@alloy/ledger';
import { Client } from 'pg';
import { applyGrants } from './apply-grants';
import { writeRoles, type RolePasswords } from './write-roles';

export interface MigrateOptions {
  /** As the owner. */
  readonly databaseUrl: string;
  readonly rolePasswords: RolePasswords;
}

/** Brings tables, roles and grants up to date. Idempotent; run before the services start. */
export async function migrate({ databaseUrl, rolePasswords }: MigrateOptions): Promise<void> {
  await runMigrations(databaseUrl);
  const client = new Client({ connectionString: databaseUrl, application_name: 'alloy-migrate' });
  await client.connect();
  try {
    await inTurn(() => writeRolesAndGrants(client, rolePasswords));
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

/** Roles belong to the whole server, where no lock of one database helps: who meets another migration there tries again, at most 20 times. */
async function inTurn(write: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      const { code, message } = error as { code?: string; message?: string };
      const met = (code === 'XX000' && message === 'tuple concurrently updated') || code === '40P01';
      if (!met || attempt === 20) throw error;
    }
  }
}
