import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Webhooks without an idempotency key, by an HMAC of each, with the release that each creates. */
export class RequestMarks1763750000011 implements MigrationInterface {
  readonly name = 'RequestMarks1763750000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE request_mark (
        mark text PRIMARY KEY,
        release_id text NOT NULL,
        claimed_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      CREATE INDEX request_mark_age ON request_mark (claimed_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE request_mark');
  }
}
