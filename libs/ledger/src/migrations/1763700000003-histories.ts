import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The views that follow the log by `seq`. */
export class Histories1763700000003 implements MigrationInterface {
  readonly name = 'Histories1763700000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE release_step (
        release_id text NOT NULL,
        decision integer NOT NULL,
        step integer NOT NULL,
        attempt integer NOT NULL,
        kind text NOT NULL,
        weight double precision,
        started_at timestamptz NOT NULL,
        ended_at timestamptz,
        outcome text,
        reason jsonb,
        seq bigint NOT NULL,
        PRIMARY KEY (release_id, decision)
      );

      CREATE TABLE release_timeline (
        seq bigint PRIMARY KEY,
        release_id text NOT NULL,
        version integer NOT NULL,
        event_id uuid NOT NULL,
        at timestamptz NOT NULL,
        family text NOT NULL,
        type text NOT NULL,
        text text NOT NULL
      );
      CREATE INDEX release_timeline_release ON release_timeline (release_id, seq);

      CREATE TABLE project_history (
        release_id text PRIMARY KEY,
        project text NOT NULL,
        environment text NOT NULL,
        seq bigint NOT NULL,
        last_seq bigint NOT NULL,
        status text NOT NULL,
        requested_strategy text NOT NULL,
        strategy text,
        image text NOT NULL,
        image_tag text NOT NULL,
        commit_sha text NOT NULL,
        requested_by text NOT NULL,
        retry_of text,
        rollback_of text,
        reason jsonb,
        requested_at timestamptz NOT NULL,
        planned_at timestamptz,
        ended_at timestamptz
      );
      CREATE INDEX project_history_project ON project_history (project, environment, seq DESC);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE project_history, release_timeline, release_step');
  }
}
