import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The environments that a user has put on hold; the log has every hold that there was. */
export class Hold1763760000058 implements MigrationInterface {
  readonly name = 'Hold1763760000058';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE hold (
        project text NOT NULL,
        environment text NOT NULL,
        placed_by text NOT NULL,
        since timestamptz NOT NULL,
        reason text,
        release_id text,
        PRIMARY KEY (project, environment)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE hold');
  }
}
