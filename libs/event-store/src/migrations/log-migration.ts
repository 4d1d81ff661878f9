import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A migration of the event store's tables. It cannot be undone, because appended events are kept. */
export abstract class LogMigration implements MigrationInterface {
  abstract readonly name: string;
  protected abstract readonly sql: string;

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(this.sql);
  }

  down(): Promise<void> {
    return Promise.reject(new Error(`${this.name} cannot be undone: restore a backup of the database`));
  }
}
