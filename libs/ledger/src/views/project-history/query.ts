import { LessThan, type DataSource } from 'typeorm';
import { ProjectHistoryEntity } from './project-history.entity';

export interface HistoryQuery {
  readonly project: string;
  readonly environment: string;
  /** Only releases requested before the one with this `seq`; default: from the newest. */
  readonly before?: string;
  readonly limit: number;
}

/** A project's releases, newest first. */
export const readHistory = (source: DataSource, { project, environment, before, limit }: HistoryQuery): Promise<ProjectHistoryEntity[]> =>
  source.getRepository(ProjectHistoryEntity).find({
    where: { project, environment, ...(before === undefined ? {} : { seq: LessThan(before) }) },
    order: { seq: 'DESC' },
    take: limit,
  });
