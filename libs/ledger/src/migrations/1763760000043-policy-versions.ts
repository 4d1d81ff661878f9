import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The version of the event that wrote a policy; null: it was stored before policies had versions. */
export class PolicyVersions1763760000043 implements MigrationInterface {
  readonly name = 'PolicyVersions1763760000043';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE project_policy ADD COLUMN version integer CHECK (version > 0)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE project_policy DROP COLUMN version');
  }
}
