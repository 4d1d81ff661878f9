import { plannedPolicy, storedPolicy } from '@alloy/policy';
import { unplannedStatuses, type Context, type Heartbeats, type Hold, type StableRef } from '@alloy/release';
import type { Pool } from 'pg';
import { HEARTBEATS_OF } from '../heartbeats/postgres-heartbeats';
import { HOLD_JSON } from '../holds/hold-row';
import type { ReleaseKey } from '../ports';

interface Parts {
  readonly pool: Pool;
  readonly cluster: string;
}

/** The sealed manifests of a release, and their HMAC; null: unknown, or changed by another client. */
interface Version {
  readonly artifact: string;
  readonly content: string | null;
}

interface Asked {
  readonly urgent: boolean;
  readonly handsBack: boolean;
  readonly overridesHold: boolean;
  readonly by: string;
}

interface Row {
  /** Null: the environment has no policy. */
  readonly policy: unknown;
  /** Null: the policy was stored before policies had versions, or there is none. */
  readonly policy_version: number | null;
  readonly holder: string | null;
  readonly counter: number;
  readonly hold: Hold | null;
  readonly stable: (StableRef & Version) | null;
  /** What this release requests, if it is queued behind a release that was rolled back. */
  readonly restored: Version | null;
  readonly heartbeats: Heartbeats;
  readonly waiting: ReadonlyArray<{
    readonly releaseId: string;
    readonly requestedAt: string;
    readonly asked: (Version & Asked) | null;
  }>;
}

/** The data outside of the release's stream, read in one statement and therefore in one snapshot. */
export async function readContext({ pool, cluster }: Parts, key: ReleaseKey): Promise<Context> {
  const values = [key.project, key.environment, key.releaseId, unplannedStatuses];
  const { rows } = await pool.query<Row>({ name: 'log-context', text: contextQuery, values });
  const { policy: stored, policy_version: policyVersion, holder, counter, hold, stable: found, heartbeats, waiting, restored } = rows[0]!;
  const policy = plannedPolicy(storedPolicy(stored));
  return {
    policy,
    ...(policyVersion !== null && { policyVersion }),
    cluster,
    slot: { holder, counter },
    ...(hold && { hold }),
    stable: found && { releaseId: found.releaseId, artifact: found.artifact, image: found.image, imageTag: found.imageTag },
    heartbeats,
    waiting: waiting.map(({ asked, ...one }) => ({
      ...one, whenBusy: policy.whenBusy, urgent: asked?.urgent ?? false,
      ...(asked?.handsBack && { handsBack: true }),
      ...(asked?.overridesHold && { overridesHold: true }),
      ...(isSame(asked, found) && { requestsStable: true, requestedBy: asked!.by }),
    })),
    ...(isSame(restored, found) && { isRestored: true }),
  };
}

/** Whether both are the same manifests with the same image, as far as is known. */
const isSame = (a: Version | null, b: Version | null): boolean =>
  a !== null && b !== null && (a.artifact === b.artifact || (a.content !== null && a.content === b.content));

const VERSION = `'artifact', data->>'artifact', 'content', data->>'content'`;
const requestOf = (id: string): string => `FROM event WHERE stream = 'release-' || ${id} AND version = 1`;

/**
 * A stuck release of later means that the stable version is not what runs. Only a queued release has the events of a
 * queue read, and it has few.
 */
const RESTORED = `
  SELECT (SELECT jsonb_build_object(${VERSION}) ${requestOf('$3')})
  FROM release AS own WHERE own.release_id = $3 AND own.status = 'queued' AND EXISTS (
    SELECT FROM release AS before WHERE before.status = 'rolledBack' AND before.release_id =
      (SELECT data->>'behind' FROM event WHERE stream = 'release-' || $3 AND type = 'ReleaseQueued' ORDER BY version DESC LIMIT 1))
    AND NOT EXISTS (SELECT FROM release AS stuck WHERE stuck.project = $1 AND stuck.environment = $2 AND stuck.status = 'stuck'
      AND stuck.updated_at >= own.requested_at)`;

const contextQuery = `
  SELECT
    (SELECT policy FROM project_policy WHERE project = $1 AND environment = $2) AS policy,
    (SELECT version FROM project_policy WHERE project = $1 AND environment = $2) AS policy_version,
    (SELECT release_id FROM slot WHERE project = $1 AND environment = $2) AS holder,
    coalesce((SELECT counter FROM slot_counter WHERE project = $1 AND environment = $2), 0) AS counter,
    (SELECT ${HOLD_JSON} FROM hold WHERE project = $1 AND environment = $2) AS hold,
    (SELECT jsonb_build_object('releaseId', release_id, 'artifact', artifact, 'image', image, 'imageTag', image_tag,
                'content', (SELECT data->>'content' ${requestOf('release_id')} AND data->>'artifact' = artifact))
       FROM (SELECT * FROM stable_version WHERE project = $1 AND environment = $2 ORDER BY ordinal DESC LIMIT 1) AS last
       WHERE NOT last.handed_back
         AND NOT EXISTS (SELECT FROM shredded_artifact WHERE shredded_artifact.artifact = last.artifact)) AS stable,
    (${RESTORED}) AS restored,
    (${HEARTBEATS_OF('$3')}) AS heartbeats,
    coalesce((SELECT jsonb_agg(jsonb_build_object('releaseId', release_id,
                  'requestedAt', to_char(requested_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                  'asked', (SELECT jsonb_build_object(${VERSION}, 'by', actor_id,
                    'urgent', coalesce((data->>'urgent')::boolean, false),
                    'overridesHold', coalesce((data->>'overridesHold')::boolean, false),
                    'handsBack', data->>'strategy' = 'handBack') ${requestOf('release_id')}))
                ORDER BY requested_at, release_id)
       FROM release WHERE project = $1 AND environment = $2 AND release_id <> $3 AND status = ANY ($4)), '[]') AS waiting`;
