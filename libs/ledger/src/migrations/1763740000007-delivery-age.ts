import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Messages for a route that never works again are dropped by their age. */
export class DeliveryAge1763740000007 implements MigrationInterface {
  readonly name = 'DeliveryAge1763740000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE delivery ADD COLUMN queued_at timestamptz NOT NULL DEFAULT clock_timestamp(); CREATE INDEX delivery_queued_at ON delivery (queued_at)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX delivery_queued_at; ALTER TABLE delivery DROP COLUMN queued_at');
  }
}
