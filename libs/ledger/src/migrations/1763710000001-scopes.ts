import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The scope of a token, and the end of an account or a token: rows are kept, because the log refers to accounts. */
export class Scopes1763710000001 implements MigrationInterface {
  readonly name = 'Scopes1763710000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE account ADD COLUMN removed_at timestamptz;
      ALTER TABLE token
        ADD COLUMN name text NOT NULL DEFAULT '',
        ADD COLUMN scope text NOT NULL DEFAULT 'operate' CHECK (scope IN ('read', 'deploy', 'operate', 'admin')),
        ADD COLUMN revoked_at timestamptz;
      CREATE INDEX token_account ON token (account);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP INDEX token_account; ALTER TABLE token DROP COLUMN name, DROP COLUMN scope, DROP COLUMN revoked_at; ALTER TABLE account DROP COLUMN removed_at',
    );
  }
}
