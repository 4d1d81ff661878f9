import { startEpoch } from '@alloy/event-store';
import type { Pool } from 'pg';
import { DataSource, MigrationExecutor } from 'typeorm';
import { borrowedPool } from '../orm/borrowed-pool';
import { adoptEarlierNotes, lockMigrations, MIGRATIONS_TABLE } from './bookkeeping';
import { migrations } from './migrations';

/** Runs the migrations that the database has not recorded, with TypeORM; otherwise like `runMigrations`. */
export async function runPending(pool: Pool): Promise<readonly string[]> {
  const source = new DataSource({
    type: 'postgres', driver: borrowedPool(pool), nativeDriver: {}, installExtensions: false,
    migrations: [...migrations], migrationsTableName: MIGRATIONS_TABLE,
  });
  await source.initialize();
  return source.transaction(async ({ queryRunner }) => {
    const runner = queryRunner!;
    await lockMigrations(runner);
    const executor = new MigrationExecutor(source, runner);
    // Creates its table if it does not exist.
    await executor.showMigrations();
    await adoptEarlierNotes(runner);
    const ran = await executor.executePendingMigrations();
    await startEpoch(runner);
    return ran.map(({ name }) => name);
  });
}
