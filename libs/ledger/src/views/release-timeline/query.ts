import type { DataSource } from 'typeorm';
import { ReleaseTimelineEntity } from './release-timeline.entity';

/** A release's story in order, as far as the view has got. */
export const readTimeline = (source: DataSource, releaseId: string): Promise<ReleaseTimelineEntity[]> =>
  source.getRepository(ReleaseTimelineEntity).find({ where: { releaseId }, order: { seq: 'ASC' } });
