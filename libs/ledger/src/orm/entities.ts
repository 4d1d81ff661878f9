import { AccountEntity } from '../projects/account.entity';
import { ProjectPolicyEntity } from '../projects/project-policy.entity';
import { ProjectEntity } from '../projects/project.entity';
import { SpentTokenEntity } from '../projects/spent-token.entity';
import { TokenEntity } from '../projects/token.entity';
import { ProjectHistoryEntity } from '../views/project-history/project-history.entity';
import { ReleaseStepEntity } from '../views/release-step/release-step.entity';
import { ReleaseTimelineEntity } from '../views/release-timeline/release-timeline.entity';

/** Every table that TypeORM reads or writes. */
export const entities = [AccountEntity, TokenEntity, SpentTokenEntity, ProjectEntity, ProjectPolicyEntity, ReleaseStepEntity, ReleaseTimelineEntity, ProjectHistoryEntity];
