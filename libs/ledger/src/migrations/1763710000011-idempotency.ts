import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests of clients under their idempotency keys, with their answers. */
export class Idempotency1763710000011 implements MigrationInterface {
  readonly name = 'Idempotency1763710000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotency_key (
        account text NOT NULL,
        key text NOT NULL,
        fingerprint text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        claimed_until timestamptz NOT NULL,
        status integer,
        body text,
        PRIMARY KEY (account, key)
      );
      CREATE INDEX idempotency_key_age ON idempotency_key (created_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE idempotency_key');
  }
}
