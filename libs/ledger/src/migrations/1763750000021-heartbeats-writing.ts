import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When writes of the executor were in progress in an attempt. */
export class HeartbeatsWriting1763750000021 implements MigrationInterface {
  readonly name = 'HeartbeatsWriting1763750000021';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE heartbeat ADD COLUMN writing tstzmultirange NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE heartbeat DROP COLUMN writing');
  }
}
