import type { ClientBase } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';

const NO_TRANSACTION = 'this entity manager uses the transaction of an append: write without manager.transaction';

/**
 * An entity manager that uses the current transaction of `client`, so that an inline view can write entities
 * in the transaction of an append: both are committed, or neither. The code that started the transaction ends it.
 */
export function managerOn(source: DataSource, client: ClientBase): EntityManager {
  const refuse = (): Promise<never> => Promise.reject(new Error(NO_TRANSACTION));
  const runner = source.createQueryRunner();
  return Object.assign(runner, {
    connect: () => Promise.resolve(client),
    isTransactionActive: true, startTransaction: refuse, commitTransaction: refuse, rollbackTransaction: refuse,
  }).manager;
}
