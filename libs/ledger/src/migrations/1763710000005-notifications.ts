import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sealed secrets of projects, and the queues of messages per route. */
export class Notifications1763710000005 implements MigrationInterface {
  readonly name = 'Notifications1763710000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE sealed_secret (
        project text NOT NULL REFERENCES project (id) ON DELETE CASCADE,
        name text NOT NULL,
        ciphertext bytea NOT NULL,
        written_by text NOT NULL,
        written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (project, name)
      );
      CREATE TABLE delivery (
        route text NOT NULL,
        seq bigint NOT NULL,
        event_id uuid NOT NULL,
        message jsonb NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (route, seq)
      );
      CREATE TABLE delivery_route (
        route text PRIMARY KEY,
        settings text NOT NULL,
        state text NOT NULL CHECK (state IN ('failing', 'disabled')),
        why text NOT NULL,
        since timestamptz NOT NULL DEFAULT clock_timestamp()
      );
      CREATE TABLE delivery_thread (
        route text NOT NULL,
        release_id text NOT NULL,
        thread text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (route, release_id)
      );
      ALTER TABLE notification ADD COLUMN given_up text;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE notification DROP COLUMN given_up; DROP TABLE delivery_thread, delivery_route, delivery, sealed_secret',
    );
  }
}
