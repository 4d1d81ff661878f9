import { eventStoreGrants, runEventStoreMigrations } from '@alloy/event-store';
import { ledgerGrants, runLedgerMigrations } from '@alloy/ledger';
import { Client } from 'pg';
import { applyGrants } from './apply-grants';
import { writeRoles, type RolePasswords } from './write-roles';

export interface MigrateOptions {
  /** As the owner. */
  readonly databaseUrl: string;
  readonly rolePasswords: RolePasswords;
}

/** Any number: who migrates one database takes turns. */
const ROLES_LOCK = 7_301_002;

/** Brings tables, roles and grants up to date. Idempotent; run before the services start. */
export async function migrate({ databaseUrl, rolePasswords }: MigrateOptions): Promise<void> {
  await runEventStoreMigrations(databaseUrl);
  await runLedgerMigrations(databaseUrl);
  const client = new Client({ connectionString: databaseUrl, application_name: 'alloy-migrate' });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [ROLES_LOCK]);
    await writeRoles(client, rolePasswords);
    await applyGrants(client, { ...eventStoreGrants, ...ledgerGrants });
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
}
