import type { StableDrift, Target } from '@alloy/release';
import type { Pool } from 'pg';
import type { IdleStable, RecordedStableDrift, StableVersions } from '../../ports';

interface Row extends Omit<IdleStable, 'target' | 'drift'> {
  readonly target: Required<Target>;
  readonly last_type: string | null;
  readonly last_data: StableDrift | null;
  readonly last_at: Date | null;
}

const CURRENT = `
  SELECT DISTINCT ON (project, environment) * FROM stable_version
  WHERE $1::text IS NULL OR (project = $1 AND environment = $2) ORDER BY project, environment, ordinal DESC`;

/** The last change of what runs that was recorded after the version became stable. */
const LAST = `
  SELECT type, data, occurred_at FROM event
  WHERE stream = became.stream AND version > became.version AND type IN ('StableDrifted', 'StableRestored')
  ORDER BY version DESC LIMIT 1`;

const READY = `type = 'WorkloadBecameReady' AND data->>'track' = 'stable' AND data ? 'template'`;

/** The template of the promotion, and that of the last rollback to the version. */
const TEMPLATES = `
  SELECT jsonb_agg(template) FROM (
    (SELECT data->'template' AS template FROM event
       WHERE stream = became.stream AND became.type = 'ReleasePromoted' AND ${READY} ORDER BY version DESC LIMIT 1)
    UNION ALL
    (SELECT data->'template' FROM release AS ended JOIN event ON event.stream = 'release-' || ended.release_id
       WHERE ended.project = stable.project AND ended.environment = stable.environment AND ended.status = 'rolledBack'
         AND ended.updated_at >= stable.since AND ${READY} AND data->>'step' = '-1'
       ORDER BY ended.updated_at DESC, event.version DESC LIMIT 1)) AS ready`;

const IDLE = `
  SELECT stable.project, stable.environment, recording.release_id AS "recordedBy", recording.version,
    stable.release_id AS "releaseId", stable.image, stable.image_tag AS "imageTag",
    jsonb_build_object('cluster', stable.cluster, 'namespace', stable.namespace, 'workload', stable.workload) AS target,
    coalesce((${TEMPLATES}), '[]') AS templates,
    (SELECT count(*)::int FROM event WHERE stream = became.stream AND type = 'StableDrifted') AS drifts,
    last.type AS last_type, last.data AS last_data, last.occurred_at AS last_at
  FROM (${CURRENT}) AS stable
    JOIN event AS became ON became.id = stable.event_id
    JOIN release AS recording ON became.stream = 'release-' || recording.release_id
    LEFT JOIN LATERAL (${LAST}) AS last ON true
  WHERE NOT stable.handed_back AND stable.cluster IS NOT NULL AND stable.namespace IS NOT NULL AND stable.workload IS NOT NULL
    AND NOT EXISTS (SELECT FROM release AS other WHERE other.project = stable.project AND other.environment = stable.environment
      AND (NOT other.ended OR (other.status = 'stuck' AND other.updated_at >= stable.since)))`;

const DRIFT = `
  SELECT last.type AS last_type, last.data AS last_data, last.occurred_at AS last_at
  FROM (${CURRENT}) AS stable JOIN event AS became ON became.id = stable.event_id JOIN LATERAL (${LAST}) AS last ON true`;

/** Reads what the watcher compares between releases, and what it has recorded, from the view and the event log. */
export const idleStables = (pool: Pool): Pick<StableVersions, 'idle' | 'drift'> => ({
  async idle(only) {
    const values = [only?.project ?? null, only?.environment ?? null];
    const { rows } = await pool.query<Row>({ name: 'stable-idle', text: IDLE, values });
    return rows.map(({ last_type, last_data, last_at, ...row }) => ({ ...row, drift: driftOf({ last_type, last_data, last_at }) }));
  },
  async drift(project, environment) {
    const { rows } = await pool.query<Row>({ name: 'stable-drift', text: DRIFT, values: [project, environment] });
    return rows[0] ? driftOf(rows[0]) : null;
  },
});

function driftOf({ last_type, last_data, last_at }: Pick<Row, 'last_type' | 'last_data' | 'last_at'>): RecordedStableDrift | null {
  if (last_type !== 'StableDrifted' || !last_data || !last_at) return null;
  const { stable, live, manager, changedAt, template } = last_data;
  return { stable, live, manager, changedAt, template, at: last_at.toISOString() };
}
