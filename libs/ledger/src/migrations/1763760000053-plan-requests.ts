import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Requests to preview a release, from ingest to the executor. Rows live for seconds, so the table is unlogged: a crash
 * of the server empties it, and its content is in no log and on no replica.
 */
export class PlanRequests1763760000053 implements MigrationInterface {
  readonly name = 'PlanRequests1763760000053';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE UNLOGGED TABLE plan_request (
        id text PRIMARY KEY,
        question bytea NOT NULL,
        asked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        claimed_at timestamptz,
        answer text
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE plan_request');
  }
}
