import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The pods of each release as the watcher last observed them; not part of its history. */
export class ObservedPods1763720000008 implements MigrationInterface {
  readonly name = 'ObservedPods1763720000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE observed_pods (
        release_id text PRIMARY KEY,
        pods jsonb NOT NULL,
        observed_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE observed_pods');
  }
}
