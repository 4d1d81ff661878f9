import { artifactUse, type ArtifactUse } from '../artifacts/artifact-use';
import type { Ledger } from '../create-ledger';
import type { Projects } from '../ports';
import { projectRegistry, type ProjectRegistry } from '../projects/project-registry';
import { tokenRegistry, type TokenRegistry } from '../projects/token-registry';
import { typeormProjects } from '../projects/typeorm-projects';
import { userRegistry, type UserRegistry } from '../projects/user-registry';
import type { ProjectHistoryEntity } from '../views/project-history/project-history.entity';
import { readHistory, type HistoryQuery } from '../views/project-history/query';
import { listReleases } from '../views/release/query';
import type { ReleaseFilter, ReleaseLine } from '../views/release/release-line';

/** Releases as lines, newest first, as far as the views have progressed. */
export interface ReleaseList {
  list(filter: ReleaseFilter): Promise<readonly ReleaseLine[]>;
}

/** Releases of one environment, newest first, as far as the view `project_history` has progressed. */
export interface ProjectHistory {
  read(query: HistoryQuery): Promise<readonly ProjectHistoryEntity[]>;
}

/** The uses of sealed manifests. */
export interface ArtifactUses {
  of(digest: string): Promise<ArtifactUse>;
}

/** The repositories with entities that only ingest needs. */
export interface Repositories {
  readonly callers: Projects;
  readonly projects: ProjectRegistry;
  readonly users: UserRegistry;
  readonly tokens: TokenRegistry;
  readonly releases: ReleaseList;
  readonly history: ProjectHistory;
  readonly artifactUses: ArtifactUses;
}

/** Rejects while Postgres is unreachable. */
export async function openRepositories(ledger: Pick<Ledger, 'orm' | 'pool' | 'store' | 'notifyCommit'>): Promise<Repositories> {
  const { orm, pool, store, notifyCommit } = ledger;
  const source = await orm.source();
  return {
    callers: typeormProjects(source, pool),
    projects: projectRegistry({ source, store, notifyCommit }),
    users: userRegistry(source),
    tokens: tokenRegistry(source),
    releases: { list: (filter) => listReleases(source, filter) },
    history: { read: (query) => readHistory(source, query) },
    artifactUses: { of: (digest) => artifactUse(source, digest) },
  };
}
