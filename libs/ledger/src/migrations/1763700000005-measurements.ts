import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Raw measurements, partitioned by day (UTC). `maintain_measurements` runs as the owner, because services may not
 * create tables: it creates the partitions of today and tomorrow and drops those older than `keep_days` (at least 7).
 * Rows of a day without a partition go to the default partition, so none is refused.
 */
export class Measurements1763700000005 implements MigrationInterface {
  readonly name = 'Measurements1763700000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE measurement (
        position bigint GENERATED ALWAYS AS IDENTITY,
        at timestamptz NOT NULL DEFAULT clock_timestamp(),
        release_id text NOT NULL,
        step integer NOT NULL,
        attempt integer NOT NULL,
        track text NOT NULL,
        pod text NOT NULL,
        requests double precision NOT NULL,
        errors double precision NOT NULL,
        observed_ms integer NOT NULL,
        PRIMARY KEY (at, position)
      ) PARTITION BY RANGE (at);
      CREATE INDEX measurement_release ON measurement (release_id, step, attempt);
      CREATE TABLE measurement_default PARTITION OF measurement DEFAULT;

      CREATE FUNCTION maintain_measurements(keep_days integer) RETURNS void
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
      DECLARE
        today date := (clock_timestamp() AT TIME ZONE 'UTC')::date;
        day date;
        partition text;
      BEGIN
        PERFORM pg_advisory_xact_lock(hashtext('maintain_measurements'));
        FOR day IN SELECT today + n FROM generate_series(0, 1) n LOOP
          partition := 'measurement_' || to_char(day, 'YYYYMMDD');
          IF to_regclass('public.' || partition) IS NULL
             AND NOT EXISTS (SELECT FROM measurement_default WHERE at >= day::timestamp AT TIME ZONE 'UTC' AND at < (day + 1)::timestamp AT TIME ZONE 'UTC') THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF measurement FOR VALUES FROM (%L) TO (%L)',
              partition, day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
          END IF;
        END LOOP;
        FOR partition IN
          SELECT relname FROM pg_class JOIN pg_inherits ON inhrelid = oid
          WHERE inhparent = 'measurement'::regclass AND relname ~ '^measurement_[0-9]{8}$'
            AND to_date(right(relname, 8), 'YYYYMMDD') < today - greatest(keep_days, 7)
        LOOP
          EXECUTE format('DROP TABLE %I', partition);
        END LOOP;
      END $body$;
      SELECT maintain_measurements(30);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION maintain_measurements; DROP TABLE measurement');
  }
}
