import { Client } from 'pg';
import { migrations } from './sql';

/** Any number: migrations of one database wait for each other. */
const MIGRATION_LOCK = 7_301_001;

/** Brings the event store's tables up to date, as their owner, in one transaction. Idempotent; gives the names of what it ran. */
export async function runEventStoreMigrations(databaseUrl: string): Promise<readonly string[]> {
  const client = new Client({ connectionString: databaseUrl, application_name: 'alloy-migrate' });
  await client.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
    const ran = await runMissing(client);
    await startEpoch(client);
    await client.query('COMMIT');
    return ran;
  } finally {
    await client.end();
  }
}

async function runMissing(client: Client): Promise<readonly string[]> {
  await client.query('CREATE TABLE IF NOT EXISTS schema_migration (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())');
  const { rows } = await client.query<{ name: string }>('SELECT name FROM schema_migration');
  const done = new Set(rows.map((row) => row.name));
  const missing = migrations.filter(({ name }) => !done.has(name));
  for (const { name, sql } of missing) {
    await client.query(sql);
    await client.query('INSERT INTO schema_migration (name) VALUES ($1)', [name]);
  }
  return missing.map(({ name }) => name);
}

/** A log that wakes up on another server than the one it went to sleep on starts a new epoch. */
async function startEpoch(client: Client): Promise<void> {
  await client.query(`
    INSERT INTO store_epoch (epoch, system_identifier)
    SELECT event_epoch() + 1, here.system_identifier
    FROM pg_control_system() AS here
    WHERE here.system_identifier IS DISTINCT FROM (SELECT system_identifier FROM store_epoch ORDER BY epoch DESC LIMIT 1)`);
}
