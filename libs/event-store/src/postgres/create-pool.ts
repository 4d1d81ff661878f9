import { Client, Pool } from 'pg';

/** The driver of all connections, for measurements. */
export const postgresDriver = { Client, Pool };

export interface PoolOptions {
  /** The application name in pg_stat_activity. */
  readonly name: string;
  /** Default 5 connections. */
  readonly max?: number;
  /** Called for a connection that broke while idle; the pool replaces it. Default: no action. */
  readonly onError?: (error: Error) => void;
}

/**
 * A pool without lingering transactions, because one of a suspended process would block the relay.
 * Connecting times out after 5 s, a statement after 30 s, an idle transaction after 10 s.
 */
export function createPool(databaseUrl: string, { name, max = 5, onError = () => {} }: PoolOptions): Pool {
  const pool = new Pool({
    connectionString: databaseUrl,
    application_name: name,
    max,
    // Sends statements without a needed result in one round trip: BEGIN with the first statement, the last ones with
    // COMMIT.
    pipeline: true,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    idle_in_transaction_session_timeout: 10_000,
  });
  pool.on('error', onError);
  // A connection that breaks while it is checked out is also reported by its query.
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}
