import { DeliveryRouteEntity } from '../notifications/delivery-route.entity';
import { DeliveryThreadEntity } from '../notifications/delivery-thread.entity';
import { DeliveryEntity } from '../notifications/delivery.entity';
import { NotificationEntity } from '../notifications/notification.entity';
import { ObservedPodsEntity } from '../observed-pods/observed-pods.entity';
import { AccountEntity } from '../projects/account.entity';
import { ProjectPolicyEntity } from '../projects/project-policy.entity';
import { ProjectEntity } from '../projects/project.entity';
import { TokenEntity } from '../projects/token.entity';
import { SealedSecretEntity } from '../secrets/sealed-secret.entity';
import { HoldEntity } from '../views/hold/hold.entity';
import { ProjectHistoryEntity } from '../views/project-history/project-history.entity';
import { ReleaseStepEntity } from '../views/release-step/release-step.entity';
import { ReleaseTimelineEntity } from '../views/release-timeline/release-timeline.entity';
import { ReleaseEntity } from '../views/release/release.entity';
import { StableVersionEntity } from '../views/stable-version/stable-version.entity';

/** All tables that TypeORM reads or writes; never the log, which only appends write. */
export const entities = [
  AccountEntity, TokenEntity, ProjectEntity, ProjectPolicyEntity, SealedSecretEntity,
  DeliveryEntity, DeliveryRouteEntity, DeliveryThreadEntity, NotificationEntity,
  ReleaseEntity, ReleaseStepEntity, ReleaseTimelineEntity, ProjectHistoryEntity, StableVersionEntity, ObservedPodsEntity,
  HoldEntity,
];
