import type { DataSource } from 'typeorm';
import { ReleaseEntity } from '../views/release/release.entity';
import { StableVersionEntity } from '../views/stable-version/stable-version.entity';

/** The use of sealed manifests: by an unfinished release, or as a version for rollbacks. Null: unused. */
export type ArtifactUse = 'running' | 'stable' | null;

/** The use of the sealed manifests with this digest; if there are both, `running`. */
export async function artifactUse(source: DataSource, digest: string): Promise<ArtifactUse> {
  // In this order, because a release that ends in between makes its version stable in the same commit.
  if (await isRunning(source, digest)) return 'running';
  return (await isStable(source, digest)) ? 'stable' : null;
}

const isRunning = (source: DataSource, digest: string): Promise<boolean> =>
  source.manager.createQueryBuilder(ReleaseEntity, 'release')
    .innerJoin('event', 'requested', `requested.stream = 'release-' || release.release_id AND requested.version = 1`)
    .where(`NOT release.ended AND requested.data ->> 'artifact' = :digest`, { digest }).getExists();

const isStable = (source: DataSource, digest: string): Promise<boolean> =>
  source.manager.createQueryBuilder(StableVersionEntity, 'stable')
    .leftJoin(StableVersionEntity, 'later', `
      later.project = stable.project AND later.environment = stable.environment AND later.ordinal > stable.ordinal`)
    .where('stable.artifact = :digest AND later.ordinal IS NULL AND NOT stable.handed_back', { digest }).getExists();
