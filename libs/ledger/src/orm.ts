import { DataSource } from 'typeorm';
import { AccountEntity } from './projects/account.entity';
import { ProjectPolicyEntity } from './projects/project-policy.entity';
import { ProjectEntity } from './projects/project.entity';
import { TokenEntity } from './projects/token.entity';
import { ProjectHistoryEntity } from './views/project-history/project-history.entity';
import { ReleaseStepEntity } from './views/release-step/release-step.entity';
import { ReleaseTimelineEntity } from './views/release-timeline/release-timeline.entity';

export { typeormProjects } from './projects/typeorm-projects';
export * from './projects/project-registry';
export * from './projects/token-registry';
export * from './projects/user-registry';
export * from './projects/account.entity';
export * from './projects/project-policy.entity';
export * from './projects/project.entity';
export * from './projects/token.entity';
export * from './views/project-history/project-history.entity';
export { readHistory, type HistoryQuery } from './views/project-history/query';
export * from './views/release-step/release-step.entity';
export { readSteps } from './views/release-step/query';
export * from './views/release-timeline/release-timeline.entity';
export { readTimeline } from './views/release-timeline/query';

/** Every table that TypeORM reads. */
export const entities = [AccountEntity, ProjectEntity, ProjectPolicyEntity, TokenEntity, ReleaseStepEntity, ReleaseTimelineEntity, ProjectHistoryEntity];

/** The ledger's tables for reading: a small pool of its own, no synchronisation, and never an append. */
export const createDataSource = (databaseUrl: string, poolSize = 3): DataSource =>
  new DataSource({ type: 'postgres', url: databaseUrl, entities, poolSize, connectTimeoutMS: 5_000, applicationName: 'alloy-orm' });
