import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which workload has each stable version, and whether a release judged that version. */
export class StableTargets1763760000003 implements MigrationInterface {
  readonly name = 'StableTargets1763760000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE stable_version ADD COLUMN judged boolean, ADD COLUMN cluster text, ADD COLUMN namespace text, ADD COLUMN workload text;
      UPDATE stable_version SET judged = became.type = 'ReleasePromoted', cluster = planned.data #>> '{plan,steps,0,target,cluster}',
        namespace = planned.data #>> '{plan,steps,0,target,namespace}', workload = requested.data->>'workload'
        FROM event became
        JOIN event requested ON requested.stream = became.stream AND requested.version = 1
        LEFT JOIN event planned ON planned.stream = became.stream AND planned.type = 'ReleasePlanned'
        WHERE became.id = stable_version.event_id;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE stable_version DROP COLUMN judged, DROP COLUMN cluster, DROP COLUMN namespace, DROP COLUMN workload');
  }
}
