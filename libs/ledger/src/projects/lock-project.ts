import type { EntityManager } from 'typeorm';

/**
 * Waits until no other transaction changes the project's policies, and blocks others until the transaction ends.
 * TypeORM has no advisory locks, and locking the row requires a privilege that ingest does not have.
 */
export async function lockProject(manager: EntityManager, project: string): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`project ${project}`]);
}
