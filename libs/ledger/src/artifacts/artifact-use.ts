import type { DataSource } from 'typeorm';
import { ReleaseEntity } from '../views/release/release.entity';
import { StableVersionEntity } from '../views/stable-version/stable-version.entity';

/** What sealed manifests are needed for: a release that has not ended, or the version that others go back to. Null: neither. */
export type ArtifactUse = 'running' | 'stable' | null;

/** Whether anything would miss the sealed manifests of this digest; of both, `running`. */
export async function artifactUse(source: DataSource, digest: string): Promise<ArtifactUse> {
  // In this order: a release that ends in between has made its version stable with the same commit.
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
    .where('stable.artifact = :digest AND later.ordinal IS NULL', { digest }).getExists();
