import { AccountEntity } from '../projects/account.entity';
import { ProjectPolicyEntity } from '../projects/project-policy.entity';
import { ProjectEntity } from '../projects/project.entity';
import { TokenEntity } from '../projects/token.entity';
import { ProjectHistoryEntity } from '../views/project-history/project-history.entity';
import { ReleaseStepEntity } from '../views/release-step/release-step.entity';
import { ReleaseTimelineEntity } from '../views/release-timeline/release-timeline.entity';

/** Every table that TypeORM reads or writes. */
export const entities = [AccountEntity, ProjectEntity, ProjectPolicyEntity, TokenEntity, ReleaseStepEntity, ReleaseTimelineEntity, ProjectHistoryEntity];
