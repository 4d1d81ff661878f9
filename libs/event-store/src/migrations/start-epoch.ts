/** Whoever runs a statement by itself: a pool, a client, or TypeORM's query runner. */
interface Statements {
  query(sql: string): Promise<unknown>;
}

/** Gives a log on another server than before a new epoch, since transaction ids start anew there. Idempotent. */
export async function startEpoch(database: Statements): Promise<void> {
  await database.query(`
    INSERT INTO store_epoch (epoch, system_identifier)
    SELECT event_epoch() + 1, here.system_identifier
    FROM pg_control_system() AS here
    WHERE here.system_identifier IS DISTINCT FROM (SELECT system_identifier FROM store_epoch ORDER BY epoch DESC LIMIT 1)`);
}
