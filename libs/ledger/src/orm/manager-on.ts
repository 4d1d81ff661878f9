import type { ClientBase } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';

/**
 * An entity manager by whose methods everything is done in the transaction that `client` is in. So an inline view can write entities in the transaction of
 * an append: both are committed, or neither. Whoever began the transaction ends it; the manager refuses to begin one of its own.
 */
export function managerOn(source: DataSource, client: ClientBase): EntityManager {
  const refuse = (): Promise<never> => Promise.reject(new Error('this entity manager works in the transaction of an append: write without manager.transaction'));
  const runner = source.createQueryRunner();
  return Object.assign(runner, {
    connect: () => Promise.resolve(client), isTransactionActive: true, startTransaction: refuse, commitTransaction: refuse, rollbackTransaction: refuse,
  }).manager;
}
