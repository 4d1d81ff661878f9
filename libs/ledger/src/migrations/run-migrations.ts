import { startEpoch } from '@alloy/event-store';
import { Pool, type PoolClient } from 'pg';
import { lockMigrations, MIGRATIONS_TABLE } from './bookkeeping';
import { migrations } from './migrations';

/**
 * Migrates all tables, as their owner, in one transaction: runs all missing migrations, or none.
 * Idempotent; safe to run concurrently. Returns the names of the migrations that it ran. Loads TypeORM only if there
 * are any.
 */
export async function runMigrations(databaseUrl: string): Promise<readonly string[]> {
  const pool = new Pool({ connectionString: databaseUrl, application_name: 'alloy-migrate', max: 1 });
  // A connection that breaks while idle; the next statement reports the error.
  pool.on('error', () => undefined);
  try {
    if (await isUpToDate(pool)) return [];
    const { runPending } = await import('./run-pending.js');
    return await runPending(pool);
  } finally {
    await pool.end();
  }
}

/** Whether no migration is missing; then this function also starts a new epoch if necessary. */
async function isUpToDate(pool: Pool): Promise<boolean> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await lockMigrations(client);
    const isDone = await areAllNoted(client);
    if (isDone) await startEpoch(client);
    await client.query('COMMIT');
    return isDone;
  } finally {
    // Closing the connection ends a failed transaction.
    client.release(true);
  }
}

async function areAllNoted(client: PoolClient): Promise<boolean> {
  const { rows: tables } = await client.query<{ earlier: string | null; current: string | null }>(
    `SELECT to_regclass('public.schema_migration')::text AS earlier, to_regclass('public.${MIGRATIONS_TABLE}')::text AS current`,
  );
  if (tables[0]!.earlier !== null || tables[0]!.current === null) return false;
  const { rows } = await client.query<{ name: string }>(`SELECT name FROM ${MIGRATIONS_TABLE}`);
  const noted = new Set(rows.map(({ name }) => name));
  return migrations.every(({ name }) => noted.has(name));
}
