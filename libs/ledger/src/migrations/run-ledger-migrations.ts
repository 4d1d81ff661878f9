import { Client } from 'pg';
import { MIGRATIONS_TABLE, migrations } from './migrations';

/** Any number that no other part of Alloy locks. */
const LOCK = 7_220_001;

/**
 * Brings the ledger's tables up to date, as their owner. Idempotent; safe to run by several at once.
 * TypeORM is loaded only if there is something to do.
 */
export async function runLedgerMigrations(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    if (!(await isUpToDate(client))) await migrate(databaseUrl);
  } finally {
    await client.end();
  }
}

async function isUpToDate(client: Client): Promise<boolean> {
  const { rows: tables } = await client.query<{ found: string | null }>('SELECT to_regclass($1)::text AS found', [`public.${MIGRATIONS_TABLE}`]);
  if (tables[0]?.found == null) return false;
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${MIGRATIONS_TABLE}`);
  const done = new Set(rows.map((row) => row.name));
  return migrations.every((migration) => done.has(migration.name));
}

async function migrate(url: string): Promise<void> {
  const { DataSource } = await import('typeorm');
  const source = new DataSource({ type: 'postgres', url, migrations, migrationsTableName: MIGRATIONS_TABLE, migrationsTransactionMode: 'each' });
  await source.initialize();
  try {
    await source.runMigrations();
  } finally {
    await source.destroy();
  }
}
