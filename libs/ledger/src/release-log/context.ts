import { storedPolicy } from '@alloy/policy';
import { unplannedStatuses, type Context, type Heartbeats, type StableRef } from '@alloy/release';
import type { Pool } from 'pg';
import { HEARTBEATS_OF } from '../heartbeats/postgres-heartbeats';
import type { ReleaseKey } from '../ports';

interface Parts {
  readonly pool: Pool;
  readonly cluster: string;
}

interface Row {
  /** Null: the environment has no policy. */
  readonly policy: unknown;
  readonly holder: string | null;
  readonly counter: number;
  readonly stable: StableRef | null;
  readonly heartbeats: Heartbeats;
  readonly waiting: ReadonlyArray<{ readonly releaseId: string; readonly requestedAt: string; readonly urgent: boolean }>;
}

/** The data outside of the release's stream, read in one statement and therefore in one snapshot. */
export async function readContext({ pool, cluster }: Parts, key: ReleaseKey): Promise<Context> {
  const values = [key.project, key.environment, key.releaseId, unplannedStatuses];
  const { rows } = await pool.query<Row>({ name: 'log-context', text: contextQuery, values });
  const { policy: stored, holder, counter, stable, heartbeats, waiting } = rows[0]!;
  const { notify: _notify, trust: _trust, webhookSecret: _webhookSecret, allow: _allow, ...policy } = storedPolicy(stored);
  return {
    policy,
    cluster,
    slot: { holder, counter },
    stable,
    heartbeats,
    waiting: waiting.map((one) => ({ ...one, whenBusy: policy.whenBusy })),
  };
}

const contextQuery = `
  SELECT
    (SELECT policy FROM project_policy WHERE project = $1 AND environment = $2) AS policy,
    (SELECT release_id FROM slot WHERE project = $1 AND environment = $2) AS holder,
    coalesce((SELECT counter FROM slot_counter WHERE project = $1 AND environment = $2), 0) AS counter,
    (SELECT jsonb_build_object('releaseId', release_id, 'artifact', artifact, 'image', image, 'imageTag', image_tag)
       FROM (SELECT * FROM stable_version WHERE project = $1 AND environment = $2 ORDER BY ordinal DESC LIMIT 1) AS last
       WHERE NOT EXISTS (SELECT FROM shredded_artifact WHERE shredded_artifact.artifact = last.artifact)) AS stable,
    (${HEARTBEATS_OF('$3')}) AS heartbeats,
    coalesce((SELECT jsonb_agg(jsonb_build_object('releaseId', release_id,
                  'requestedAt', to_char(requested_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                  'urgent', coalesce((SELECT (data->>'urgent')::boolean FROM event WHERE stream = 'release-' || release_id
                    AND version = 1), false))
                ORDER BY requested_at, release_id)
       FROM release WHERE project = $1 AND environment = $2 AND release_id <> $3 AND status = ANY ($4)), '[]') AS waiting`;
