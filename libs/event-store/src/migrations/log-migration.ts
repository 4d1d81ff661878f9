import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A migration of the event store's tables. It is never undone: what was appended stays, so going back to an earlier state takes a backup. */
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
