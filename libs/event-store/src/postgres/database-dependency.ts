import { Client } from 'pg';
import { failureOf } from './failure';

const TIMEOUT_MS = 5_000;
/** A database that is closed for maintenance; in a running connection this code has other reasons. */
const OBJECT_NOT_IN_PREREQUISITE_STATE = '55000';

/**
 * Postgres as a dependency to wait for: `probe` connects once; the service does not wait if the password is wrong or
 * the database is missing.
 */
export const databaseDependency = (databaseUrl: string) => ({
  name: 'db',
  title: `Postgres at ${hostOf(databaseUrl)}`,
  probe: () => probeDatabase(databaseUrl),
  isTemporary: isDatabaseAway,
});

/**
 * Whether the failure says that Postgres is currently unavailable: down, starting up, recovering, or out of
 * connections.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isDatabaseAway);
  return (error as { code?: unknown } | null)?.code === OBJECT_NOT_IN_PREREQUISITE_STATE || failureOf(error) === 'disconnected';
}

async function probeDatabase(connectionString: string): Promise<void> {
  const client = new Client({ connectionString, connectionTimeoutMillis: TIMEOUT_MS, application_name: 'alloy-probe' });
  // A connection that breaks after its failure was reported.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } finally {
    await client.end().catch(() => undefined);
  }
}

function hostOf(databaseUrl: string): string {
  try {
    return new URL(databaseUrl).host || 'DATABASE_URL';
  } catch {
    return 'DATABASE_URL';
  }
}
