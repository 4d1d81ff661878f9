import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whether the row ends the list of stable versions: the workload was handed back. */
export class HandedBack1763760000050 implements MigrationInterface {
  readonly name = 'HandedBack1763760000050';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE stable_version ADD COLUMN handed_back boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM stable_version WHERE handed_back');
    await runner.query('ALTER TABLE stable_version DROP COLUMN handed_back');
  }
}
