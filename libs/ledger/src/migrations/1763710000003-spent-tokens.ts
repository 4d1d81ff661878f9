import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Used tokens of CI; each is valid for one request that changes something. */
export class SpentTokens1763710000003 implements MigrationInterface {
  readonly name = 'SpentTokens1763710000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE spent_token (
        issuer text NOT NULL,
        id text NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (issuer, id)
      );
      CREATE INDEX spent_token_expires ON spent_token (expires_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE spent_token');
  }
}
