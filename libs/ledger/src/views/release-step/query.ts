import type { DataSource } from 'typeorm';
import { ReleaseStepEntity } from './release-step.entity';

/** Every attempt at every step of a release, in order, as far as the view has progressed. */
export const readSteps = (source: DataSource, releaseId: string): Promise<ReleaseStepEntity[]> =>
  source.getRepository(ReleaseStepEntity).find({ where: { releaseId }, order: { decision: 'ASC' } });
