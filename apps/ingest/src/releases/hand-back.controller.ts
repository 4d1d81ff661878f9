import type { TokenHolder } from '@alloy/ledger';
import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { AuditTrail, reasonField } from '../auth/audit-trail';
import { Caller, requireProject } from '../auth/caller';
import { Needs } from '../auth/needs';
import { OncePerKey } from '../idempotency/once-per-key';
import { parseBody } from '../parse-body';
import { accepted, type Accepted } from './accepted';
import { HandBack } from './hand-back';
import { handBackSchema } from './requests';

/** A project leaves Alloy, one environment at a time. */
@Controller('api/v1/projects')
export class HandBackController {
  constructor(
    @Inject(HandBack) private readonly handBack: HandBack,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  @Post(':id/hand-back')
  @Needs('admin')
  @OncePerKey((release) => accepted(release, release.request))
  @HttpCode(202)
  async request(@Param('id') project: string, @Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<Accepted> {
    const { environment, reason } = parseBody(handBackSchema, body, Object.keys(handBackSchema.shape));
    requireProject(caller, project);
    const answer = await this.handBack.request({ project, environment, reason }, caller);
    this.audit.note('hand_back', caller, project, { environment, release: answer.id, ...reasonField(reason) });
    return answer;
  }
}
