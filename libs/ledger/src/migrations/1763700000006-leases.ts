import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Leases, and the sent notifications. */
export class Leases1763700000006 implements MigrationInterface {
  readonly name = 'Leases1763700000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lease (
        name text PRIMARY KEY,
        holder text NOT NULL,
        epoch bigint NOT NULL,
        expires_at timestamptz NOT NULL
      );
      CREATE TABLE notification (
        event_id uuid NOT NULL,
        route text NOT NULL,
        told_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (event_id, route)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE notification, lease');
  }
}
