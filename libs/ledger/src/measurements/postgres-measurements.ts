import type { Pool } from 'pg';
import type { Measurement, Measurements } from '../ports';

const DAY_MS = 24 * 3600 * 1000;

/** Measurements in the partitioned table; creates the partitions of the coming days and drops old ones once a day. */
export function postgresMeasurements(pool: Pool, keepDays = 30): Measurements {
  let maintained = -Infinity;
  const maintain = async () => {
    if (performance.now() - maintained < DAY_MS / 2) return;
    await pool.query('SELECT maintain_measurements($1)', [keepDays]);
    maintained = performance.now();
  };
  return {
    async record(rows) {
      if (rows.length === 0) return;
      await maintain();
      await pool.query({ name: 'measurement-record', text: insert, values: columns(rows) });
    },
    async read(releaseId, step, attempt) {
      const { rows } = await pool.query<Omit<Required<Measurement>, 'at'> & { at: Date }>({
        name: 'measurement-read',
        text: select,
        values: [releaseId, step, attempt],
      });
      return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
    },
  };
}

const insert = `
  INSERT INTO measurement (at, release_id, step, attempt, track, pod, requests, errors, observed_ms, metric, process_start,
    restarts, failure)
  SELECT coalesce(at, clock_timestamp()), release_id, step, attempt, track, pod, requests, errors, observed_ms, metric,
    process_start, restarts, failure
  FROM unnest($1::timestamptz[], $2::text[], $3::int[], $4::int[], $5::text[], $6::text[], $7::float8[], $8::float8[], $9::int[],
    $10::text[], $11::float8[], $12::int[], $13::text[])
    AS row (at, release_id, step, attempt, track, pod, requests, errors, observed_ms, metric, process_start, restarts, failure)`;

const select = `
  SELECT release_id AS "releaseId", step, attempt, track, pod, requests, errors, observed_ms AS "observedMs", metric,
    process_start AS "processStart", restarts, failure, at
  FROM measurement WHERE release_id = $1 AND step = $2 AND attempt = $3 ORDER BY position`;

const columns = (rows: readonly Measurement[]) => [
  rows.map((row) => row.at ?? null),
  rows.map((row) => row.releaseId),
  rows.map((row) => row.step),
  rows.map((row) => row.attempt),
  rows.map((row) => row.track),
  rows.map((row) => row.pod),
  rows.map((row) => row.requests),
  rows.map((row) => row.errors),
  rows.map((row) => row.observedMs),
  rows.map((row) => row.metric ?? null),
  rows.map((row) => row.processStart ?? null),
  rows.map((row) => row.restarts ?? null),
  rows.map((row) => row.failure ?? null),
];
