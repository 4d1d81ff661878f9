import type { Awaits } from '@alloy/contracts';
import type { Status } from '@alloy/release';
import type { Pool } from 'pg';
import type { NextDue, ReleaseKey, ReleaseList, VersionedKey } from '../ports';

const KEY = 'release_id AS "releaseId", project, environment';
const VERSIONED = `${KEY}, version`;

/** Id of the stream's last event; null if it has none. */
export async function lastEventId(pool: Pool, stream: string): Promise<string | null> {
  const { rows } = await pool.query<{ id: string }>({
    name: 'log-last-id',
    text: 'SELECT id FROM event WHERE stream = $1 ORDER BY version DESC LIMIT 1',
    values: [stream],
  });
  return rows[0]?.id ?? null;
}

/**
 * A service may await an ended release, too, because a late intent needs an answer. The planner also gets due releases.
 */
export async function waitingFor(pool: Pool, service: Awaits): Promise<readonly VersionedKey[]> {
  const awaited = `SELECT ${VERSIONED} FROM release WHERE awaits <> '{}' AND $1 = ANY (awaits)
    AND (status <> 'stuck' OR $1 = 'planner' OR ${SLOT_IS_FREE})`;
  const come = `SELECT ${VERSIONED} FROM release WHERE NOT ended AND (next_due_at <= clock_timestamp() OR ${IS_ABANDONED})`;
  const { rows } = await pool.query<VersionedKey>({
    name: service === 'planner' ? 'log-waiting-planner' : 'log-waiting',
    text: service === 'planner' ? `${awaited} UNION ${come} ORDER BY 1` : `${awaited} ORDER BY 1`,
    values: [service],
  });
  return rows;
}

/** A service that the release awaits has had no heartbeat for a minute, and nothing else has happened either. */
const IS_ABANDONED = `
  (updated_at < clock_timestamp() - interval '60 seconds' AND EXISTS (
    SELECT FROM unnest(awaits) AS worker WHERE worker IN ('executor', 'watcher') AND NOT EXISTS (
      SELECT FROM heartbeat WHERE heartbeat.release_id = release.release_id AND heartbeat.service = worker
        AND heartbeat.beaten_at > clock_timestamp() - interval '60 seconds')))`;

/** No other release has taken the slot since this one, which would end the attempts for a stuck release. */
const SLOT_IS_FREE = `
  (SELECT counter FROM slot_counter WHERE slot_counter.project = release.project AND slot_counter.environment = release.environment)
  = (SELECT (data->>'slotCounter')::bigint FROM event WHERE stream = 'release-' || release.release_id AND type = 'ReleasePlanned' LIMIT 1)`;

export async function unfinished(pool: Pool, project: string, environment: string): Promise<readonly ReleaseKey[]> {
  const { rows } = await pool.query<ReleaseKey>({
    name: 'log-unfinished',
    text: `SELECT ${KEY} FROM release WHERE project = $1 AND environment = $2 AND NOT ended ORDER BY requested_at, release_id`,
    values: [project, environment],
  });
  return rows;
}

export async function withStatus(pool: Pool, statuses: readonly Status[]): Promise<readonly VersionedKey[]> {
  const { rows } = await pool.query<VersionedKey>({
    name: 'log-with-status',
    text: `SELECT ${VERSIONED} FROM release WHERE status = ANY ($1) ORDER BY requested_at, release_id`,
    values: [statuses],
  });
  return rows;
}

/** The first row has the digest; an unchanged list has no other columns. */
const LIST_WITH_STATUS = `
  WITH listed AS MATERIALIZED (SELECT ${VERSIONED}, requested_at FROM release WHERE status = ANY ($1)),
    summary AS (SELECT sha256(convert_to(coalesce(string_agg("releaseId" || ' ' || version, ',' ORDER BY "releaseId"), ''), 'UTF8'))::text
      AS digest FROM listed)
  SELECT digest, "releaseId", project, environment, version FROM summary LEFT JOIN listed ON digest IS DISTINCT FROM $2
  ORDER BY requested_at, "releaseId"`;

export async function listWithStatus(
  pool: Pool,
  statuses: readonly Status[],
  before: ReleaseList | undefined,
): Promise<ReleaseList> {
  const { rows } = await pool.query<{ readonly digest: string } & (VersionedKey | { readonly releaseId: null })>({
    name: 'log-list-with-status',
    text: LIST_WITH_STATUS,
    values: [statuses, before?.digest ?? null],
  });
  const { digest } = rows[0]!;
  if (before?.digest === digest) return before;
  const releases = rows.flatMap(({ digest: _digest, ...row }) => (row.releaseId === null ? [] : [row]));
  return { releases, digest };
}

export async function nextDue(pool: Pool): Promise<NextDue> {
  const { rows } = await pool.query<{ at: Date | null; now: Date }>({
    name: 'log-next-due',
    text: 'SELECT min(next_due_at) AS at, clock_timestamp() AS now FROM release WHERE NOT ended',
  });
  const { at, now } = rows[0]!;
  return { at: at?.getTime() ?? null, now: now.getTime() };
}
