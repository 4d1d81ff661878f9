import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Sent notifications are deleted by their age. */
export class NotificationAge1763720000011 implements MigrationInterface {
  readonly name = 'NotificationAge1763720000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE INDEX notification_told_at ON notification (told_at); CREATE INDEX delivery_thread_created_at ON delivery_thread (created_at)',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX delivery_thread_created_at, notification_told_at');
  }
}
