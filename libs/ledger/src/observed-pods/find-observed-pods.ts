import type { DataSource } from 'typeorm';
import type { ObservedPods } from './observed-pods';
import { ObservedPodsEntity } from './observed-pods.entity';

/** Reads the observed pods. */
export const findObservedPods = (source: DataSource): Pick<ObservedPods, 'find'> => ({
  async find(releaseId) {
    const found = await source.manager.findOneBy(ObservedPodsEntity, { releaseId });
    return found === null ? undefined : { items: found.pods, observedAt: found.observedAt.toISOString() };
  },
});
