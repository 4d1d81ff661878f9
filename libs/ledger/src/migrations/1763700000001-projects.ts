import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts, projects, their policies per environment, and the tokens of an account. */
export class Projects1763700000001 implements MigrationInterface {
  readonly name = 'Projects1763700000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE account (
        id text PRIMARY KEY,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      CREATE TABLE project (
        id text PRIMARY KEY,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      CREATE TABLE project_policy (
        project text NOT NULL REFERENCES project,
        environment text NOT NULL,
        policy jsonb NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (project, environment)
      );
      CREATE TABLE token (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        sha256 text NOT NULL UNIQUE CHECK (sha256 ~ '^[0-9a-f]{64}$'),
        account text NOT NULL REFERENCES account,
        projects text[] NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        expires_at timestamptz,
        last_used_at timestamptz
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE token, project_policy, project, account');
  }
}
