import type { DataSource } from 'typeorm';
import type { StableVersions } from '../../ports';
import { StableVersionEntity } from './stable-version.entity';

/** Reads the stable versions from the view. */
export const typeormStableVersions = (source: DataSource): Pick<StableVersions, 'current' | 'all'> => ({
  async current(project, environment) {
    const current = await source.manager.findOne(StableVersionEntity, { where: { project, environment }, order: { ordinal: 'DESC' } });
    return current === null || current.handedBack ? undefined : refOf(current);
  },
  async all(project, environment) {
    const { entities, raw } = await source.manager
      .createQueryBuilder(StableVersionEntity, 'stable')
      .where({ project, environment })
      .orderBy('stable.ordinal', 'DESC')
      .leftJoin('event', 'requested', `requested.stream = 'release-' || stable.release_id AND requested.version = 1`)
      .addSelect(`requested.data ->> 'rollbackOf'`, 'rollback_of')
      .getRawAndEntities<{ readonly rollback_of: string | null }>();
    const versions = entities.map((version, i) => ({ version, rollbackOf: raw[i]!.rollback_of }));
    const end = entities.findIndex(({ handedBack }) => handedBack);
    return versions.slice(0, end < 0 ? undefined : end).map(({ version, rollbackOf }) => ({ ...refOf(version), rollbackOf }));
  },
});

const refOf = ({ releaseId, artifact, image, imageTag, since, judged, cluster, namespace, workload }: StableVersionEntity) => ({
  releaseId, artifact, image, imageTag,
  since: since.toISOString(),
  judged: judged ?? releaseId !== null,
  target: cluster !== null && namespace !== null && workload !== null ? { cluster, namespace, workload } : null,
});
