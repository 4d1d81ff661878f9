import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sealed manifests; their keys are never in the database. */
export class Artifacts1763700000004 implements MigrationInterface {
  readonly name = 'Artifacts1763700000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE artifact (
        digest text PRIMARY KEY,
        release_id text NOT NULL UNIQUE,
        project text NOT NULL,
        ciphertext bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE artifact');
  }
}
