import type { DataSource } from 'typeorm';
import { ReleaseTimelineEntity } from './release-timeline.entity';

/** A release's timeline in order, as far as the view has progressed. */
export const readTimeline = (source: DataSource, releaseId: string): Promise<ReleaseTimelineEntity[]> =>
  source.getRepository(ReleaseTimelineEntity).find({ where: { releaseId }, order: { seq: 'ASC' } });
