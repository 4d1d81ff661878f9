import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sealed manifests whose key was destroyed, so that no rollback can use them. */
export class Shredding1763710000004 implements MigrationInterface {
  readonly name = 'Shredding1763710000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE shredded_artifact (
        artifact text PRIMARY KEY,
        release_id text NOT NULL,
        at timestamptz NOT NULL
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE shredded_artifact');
  }
}
