import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When executor and watcher were working on a release's current attempt; not part of its history. No index in addition
 * to the key, so that updates stay in their page.
 */
export class Heartbeats1763750000002 implements MigrationInterface {
  readonly name = 'Heartbeats1763750000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE heartbeat (
        release_id text NOT NULL,
        service text NOT NULL,
        decision integer NOT NULL,
        active tstzmultirange NOT NULL,
        beaten_at timestamptz NOT NULL,
        PRIMARY KEY (release_id, service)
      ) WITH (fillfactor = 50);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE heartbeat');
  }
}
