/** Runs a statement in the migrations' transaction: a client, or TypeORM's query runner. */
export interface Statements {
  query(sql: string): Promise<unknown>;
}

/** The table in which TypeORM records each run migration. */
export const MIGRATIONS_TABLE = 'ledger_migration';

/**
 * Any two numbers. Until this transaction ends no other process migrates this database, and neither does an earlier
 * build of Alloy, which took one of these locks for the event store's tables and then the other one for the rest.
 */
const LOCKS = 'SELECT pg_advisory_xact_lock(7301001), pg_advisory_xact_lock(7220001)';

export async function lockMigrations(database: Statements): Promise<void> {
  await database.query(LOCKS);
}

/** Earlier builds recorded the event store's migrations in a separate table, under these names. */
const EARLIER_NAMES = {
  '001_event': 'EventLog1763690000001',
  '002_append_only': 'AppendOnly1763690000002',
  '003_order': 'TotalOrder1763690000003',
  '004_projection': 'ProjectionCursor1763690000004',
  '005_checkpoint': 'Checkpoint1763690000005',
  '006_rebuild': 'RebuildViews1763690000006',
  '007_append': 'AppendEvents1763690000007',
  '008_rebuild_all': 'RebuildAllViews1763690000008',
} as const;

/** Moves the records of an earlier build to `MIGRATIONS_TABLE`, which must exist, and drops their table. Idempotent. */
export async function adoptEarlierNotes(database: Statements): Promise<void> {
  const renamed = Object.entries(EARLIER_NAMES).map(([earlier, name]) => `('${earlier}', ${name.slice(-13)}, '${name}')`);
  await database.query(`
    DO $$ BEGIN
      IF to_regclass('public.schema_migration') IS NULL THEN RETURN; END IF;
      INSERT INTO ${MIGRATIONS_TABLE} (timestamp, name)
        SELECT renamed.timestamp, renamed.name FROM (VALUES ${renamed.join(', ')}) AS renamed(earlier, timestamp, name)
        JOIN schema_migration ON schema_migration.name = renamed.earlier
        WHERE renamed.name NOT IN (SELECT name FROM ${MIGRATIONS_TABLE}) ORDER BY renamed.timestamp;
      DROP TABLE schema_migration;
    END $$`);
}
