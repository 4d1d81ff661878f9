import { addressGuard } from '@alloy/service';
import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { AccessModule } from '../access/access.module';
import type { IngestConfig } from '../config';
import { IdempotencyInterceptor } from '../idempotency/idempotency.interceptor';
import { RepeatedWebhooks } from '../idempotency/repeated-webhooks';
import { KnownFiles } from '../manifests/known-files';
import { KnownWorkloads } from '../manifests/known-workloads';
import { TagResolver } from '../registry/tag-resolver';
import { AskExecutor } from '../plans/ask-executor';
import { PlansController } from '../plans/plans.controller';
import { ReleaseWindows } from '../projects/release-windows';
import { StorageModule } from '../storage/storage.module';
import { CONFIG } from '../tokens';
import { AcceptRelease } from '../webhook/accept-release';
import { DeployController } from '../webhook/deploy.controller';
import { PrepareBundle } from '../webhook/prepare-bundle';
import { HandBack } from './hand-back';
import { HandBackController } from './hand-back.controller';
import { HoldController } from './hold.controller';
import { IntentsController } from './intents.controller';
import { NewReleasesController } from './new-releases.controller';
import { ReleasesController } from './releases.controller';
import { RepeatRelease } from './repeat-release';
import { RepeatsController } from './repeats.controller';

const tagResolver = ({ ALLOY_ALLOW_LOOPBACK: allowLoopback }: IngestConfig): TagResolver =>
  new TagResolver(addressGuard({ allowLoopback }));

/** Releases: the webhook and the API to request, read and control them. */
@Module({
  imports: [StorageModule, AccessModule],
  controllers: [
    DeployController, ReleasesController, NewReleasesController, IntentsController, RepeatsController, HandBackController, HoldController,
    PlansController,
  ],
  providers: [
    AcceptRelease, PrepareBundle, KnownFiles, KnownWorkloads, RepeatRelease, RepeatedWebhooks, HandBack, AskExecutor, ReleaseWindows,
    { provide: TagResolver, inject: [CONFIG], useFactory: tagResolver },
    { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
  ],
})
export class ReleasesModule {}
