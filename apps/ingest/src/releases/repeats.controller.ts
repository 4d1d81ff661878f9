import type { TokenHolder } from '@alloy/ledger';
import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { Caller, requireProject } from '../auth/caller';
import { Needs } from '../auth/needs';
import { OncePerKey } from '../idempotency/once-per-key';
import { parseBody } from '../parse-body';
import { accepted, type Accepted } from './accepted';
import { RepeatRelease } from './repeat-release';
import { reasonSchema, rollbackSchema } from './requests';

/** Retries and rollbacks. */
@Controller('api/v1')
export class RepeatsController {
  constructor(@Inject(RepeatRelease) private readonly repeat: RepeatRelease) {}

  @Post('releases/:id/retry')
  @Needs('deploy')
  @OncePerKey((release) => accepted(release, release.request))
  @HttpCode(202)
  retry(@Param('id') id: string, @Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<Accepted> {
    const { reason } = parseBody(reasonSchema, body, Object.keys(reasonSchema.shape));
    return this.repeat.retry(id, reason, caller);
  }

  @Post('projects/:id/rollback')
  @Needs('operate')
  @OncePerKey((release) => accepted(release, release.request))
  @HttpCode(202)
  rollback(@Param('id') project: string, @Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<Accepted> {
    const { to, environment, reason } = parseBody(rollbackSchema, body, Object.keys(rollbackSchema.shape));
    requireProject(caller, project);
    return this.repeat.rollback({ project, environment, to, reason }, caller);
  }
}
