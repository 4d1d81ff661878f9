/** Runs a single statement: a pool, a client, or TypeORM's query runner. */
interface Statements {
  query(sql: string): Promise<unknown>;
}

/**
 * Assigns a new epoch to a log that is on another server than before, because transaction ids start again there.
 * Idempotent.
 */
export async function startEpoch(database: Statements): Promise<void> {
  await database.query(`
    INSERT INTO store_epoch (epoch, system_identifier)
    SELECT event_epoch() + 1, here.system_identifier
    FROM pg_control_system() AS here
    WHERE here.system_identifier IS DISTINCT FROM (SELECT system_identifier FROM store_epoch ORDER BY epoch DESC LIMIT 1)`);
}
