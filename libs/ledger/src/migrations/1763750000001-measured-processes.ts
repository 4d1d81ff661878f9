import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The series and process of a reading, the restarts of its containers, and failed readings. Earlier rows do not have
 * these values.
 */
export class MeasuredProcesses1763750000001 implements MigrationInterface {
  readonly name = 'MeasuredProcesses1763750000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE measurement ADD COLUMN metric text, ADD COLUMN process_start double precision, ADD COLUMN restarts integer, ADD COLUMN failure text',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE measurement DROP COLUMN metric, DROP COLUMN process_start, DROP COLUMN restarts, DROP COLUMN failure');
  }
}
