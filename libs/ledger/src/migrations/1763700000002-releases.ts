import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The views that are written in the transaction of an append. */
export class Releases1763700000002 implements MigrationInterface {
  readonly name = 'Releases1763700000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE release (
        release_id text PRIMARY KEY,
        project text NOT NULL,
        environment text NOT NULL,
        status text NOT NULL,
        version integer NOT NULL,
        awaits text[] NOT NULL,
        next_due_at timestamptz,
        requested_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        ended boolean NOT NULL
      );
      CREATE INDEX release_unfinished ON release (project, environment, release_id) WHERE NOT ended;
      CREATE INDEX release_due ON release (next_due_at) WHERE NOT ended;
      CREATE INDEX release_awaited ON release (release_id) WHERE awaits <> '{}';
      CREATE INDEX release_status ON release (status);

      CREATE TABLE slot (
        project text NOT NULL,
        environment text NOT NULL,
        release_id text NOT NULL UNIQUE,
        counter integer NOT NULL,
        since timestamptz NOT NULL,
        PRIMARY KEY (project, environment)
      );
      CREATE TABLE slot_counter (
        project text NOT NULL,
        environment text NOT NULL,
        counter integer NOT NULL,
        PRIMARY KEY (project, environment)
      );

      CREATE TABLE stable_version (
        project text NOT NULL,
        environment text NOT NULL,
        ordinal integer NOT NULL,
        event_id uuid NOT NULL UNIQUE,
        release_id text,
        artifact text NOT NULL,
        image text NOT NULL,
        image_tag text NOT NULL,
        since timestamptz NOT NULL,
        PRIMARY KEY (project, environment, ordinal)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE stable_version, slot_counter, slot, release');
  }
}
