import type { Actor } from '@alloy/contracts';
import type { Reason, RequestedStrategy, Status, Strategy } from '@alloy/release';
import type { Pool } from 'pg';

/** A place in the list: what comes after it was requested earlier. */
export interface ReleasePlace {
  /** ISO 8601. */
  readonly requestedAt: string;
  readonly id: string;
}

export interface ReleaseFilter {
  /** Only of these projects; default: of every one. */
  readonly projects?: readonly string[];
  readonly environment?: string;
  /** Any of these; default: every one. */
  readonly statuses?: readonly Status[];
  readonly after?: ReleasePlace;
  readonly limit: number;
}

/** A release in one line. `strategy` as resolved and `reason` are as far as the view `project_history`. */
export interface ReleaseLine {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly status: Status;
  readonly version: number;
  readonly image: string;
  readonly imageTag: string;
  readonly commitSha: string;
  readonly requestedStrategy: RequestedStrategy;
  readonly strategy: Strategy | null;
  readonly retryOf: string | null;
  readonly rollbackOf: string | null;
  readonly requestedBy: Actor;
  readonly reason: Reason | null;
  readonly times: { readonly requestedAt: string; readonly updatedAt: string };
}

type Row = Omit<ReleaseLine, 'times'> & { readonly requestedAt: Date; readonly updatedAt: Date };

/** Releases, newest first. */
export async function listReleases(pool: Pool, { projects, environment, statuses, after, limit }: ReleaseFilter): Promise<readonly ReleaseLine[]> {
  const { rows } = await pool.query<Row>(LIST, [projects ?? null, environment ?? null, statuses ?? null, after?.requestedAt ?? null, after?.id ?? null, limit]);
  return rows.map(({ requestedAt, updatedAt, ...line }) => ({ ...line, times: { requestedAt: requestedAt.toISOString(), updatedAt: updatedAt.toISOString() } }));
}

/** Not named: a plan that is kept would serve every filter alike. */
const LIST = `
  SELECT r.release_id AS id, r.project, r.environment, r.status, r.version, r.requested_at AS "requestedAt", r.updated_at AS "updatedAt",
    e.data->>'image' AS image, e.data->>'imageTag' AS "imageTag", e.data->>'commitSha' AS "commitSha", e.data->>'strategy' AS "requestedStrategy",
    e.data->>'retryOf' AS "retryOf", e.data->>'rollbackOf' AS "rollbackOf", jsonb_build_object('kind', e.actor_kind, 'id', e.actor_id) AS "requestedBy", h.strategy, h.reason
  FROM release r
    JOIN event e ON e.stream = 'release-' || r.release_id AND e.version = 1
    LEFT JOIN project_history h ON h.release_id = r.release_id
  WHERE ($1::text[] IS NULL OR r.project = ANY ($1)) AND ($2::text IS NULL OR r.environment = $2) AND ($3::text[] IS NULL OR r.status = ANY ($3))
    AND ($4::timestamptz IS NULL OR (r.requested_at, r.release_id) < ($4, $5))
  ORDER BY r.requested_at DESC, r.release_id DESC LIMIT $6`;
