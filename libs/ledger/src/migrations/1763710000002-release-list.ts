import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The indexes for the list of releases, newest first. */
export class ReleaseList1763710000002 implements MigrationInterface {
  readonly name = 'ReleaseList1763710000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE INDEX release_newest ON release (requested_at DESC, release_id DESC);
      CREATE INDEX release_newest_of_project ON release (project, requested_at DESC, release_id DESC);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX release_newest, release_newest_of_project');
  }
}
