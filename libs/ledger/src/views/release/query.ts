import type { DataSource } from 'typeorm';
import { ProjectHistoryEntity } from '../project-history/project-history.entity';
import type { ReleaseFilter, ReleaseLine } from './release-line';
import { ReleaseEntity } from './release.entity';

type Row = Omit<ReleaseLine, 'times'> & { readonly requestedAt: Date; readonly updatedAt: Date };

/** The columns of a line: of the release, of the event of its request, and of the view `project_history`. */
const SELECTED: Readonly<Record<keyof Row, string>> = {
  id: 'release.release_id', project: 'release.project', environment: 'release.environment', status: 'release.status',
  version: 'release.version', requestedAt: 'release.requested_at', updatedAt: 'release.updated_at',
  image: `requested.data ->> 'image'`,
  imageTag: `requested.data ->> 'imageTag'`,
  commitSha: `requested.data ->> 'commitSha'`,
  requestedStrategy: `requested.data ->> 'strategy'`,
  retryOf: `requested.data ->> 'retryOf'`,
  rollbackOf: `requested.data ->> 'rollbackOf'`,
  requestedBy: `jsonb_build_object('kind', requested.actor_kind, 'id', requested.actor_id)`,
  strategy: 'history.strategy',
  reason: 'history.reason',
};

/** Releases, newest first. */
export async function listReleases(
  source: DataSource,
  { projects, environment, statuses, after, limit }: ReleaseFilter,
): Promise<readonly ReleaseLine[]> {
  const query = source.manager
    .createQueryBuilder(ReleaseEntity, 'release')
    .select([])
    .innerJoin('event', 'requested', `requested.stream = 'release-' || release.release_id AND requested.version = 1`)
    .leftJoin(ProjectHistoryEntity, 'history', 'history.release_id = release.release_id')
    .orderBy('release.requested_at', 'DESC')
    .addOrderBy('release.release_id', 'DESC')
    .limit(limit);
  for (const [name, expression] of Object.entries(SELECTED)) query.addSelect(expression, name);
  if (projects) query.andWhere('release.project = ANY (:projects)', { projects });
  if (environment !== undefined) query.andWhere('release.environment = :environment', { environment });
  if (statuses) query.andWhere('release.status = ANY (:statuses)', { statuses });
  if (after) query.andWhere('(release.requested_at, release.release_id) < (:requestedAt, :id)', { ...after });
  const rows = await query.getRawMany<Row>();
  return rows.map(({ requestedAt, updatedAt, ...line }) => ({
    ...line,
    times: { requestedAt: requestedAt.toISOString(), updatedAt: updatedAt.toISOString() },
  }));
}
