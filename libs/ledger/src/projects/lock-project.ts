import type { EntityManager } from 'typeorm';

/**
 * Waits until nobody else changes the project's policies, and keeps others waiting until the transaction ends.
 * TypeORM has no advisory locks, and to lock the row takes a right that ingest does not have.
 */
export async function lockProject(manager: EntityManager, project: string): Promise<void> {
  await manager.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`project ${project}`]);
}
