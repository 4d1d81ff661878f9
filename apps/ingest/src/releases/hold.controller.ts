import type { HoldKey, Holds, PolicyBook, TokenHolder } from '@alloy/ledger';
import type { Hold } from '@alloy/release';
import { ProblemError } from '@alloy/service';
import { Body, Controller, HttpCode, Inject, Param, Post } from '@nestjs/common';
import { AuditTrail, reasonField } from '../auth/audit-trail';
import { Caller, requirePlace } from '../auth/caller';
import { Needs } from '../auth/needs';
import { OncePerKey } from '../idempotency/once-per-key';
import { idsOfEvent } from '../idempotency/release-id';
import { parseBody } from '../parse-body';
import { changedBy } from '../projects/changed-by';
import { knownPlace } from '../projects/known-place';
import { HOLDS, POLICIES } from '../tokens';
import { liftHoldSchema, placeHoldSchema } from './requests';

/** Whether an environment is on hold, after a request. */
export interface HoldAnswer {
  readonly project: string;
  readonly environment: string;
  /** Null: it is not on hold. */
  readonly hold: Hold | null;
}

/** Users' holds: new versions wait until a user lifts them. */
@Controller('api/v1/projects')
export class HoldController {
  constructor(
    @Inject(HOLDS) private readonly holds: Holds,
    @Inject(POLICIES) private readonly policies: PolicyBook,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  @Post(':id/hold')
  @Needs('operate')
  @OncePerKey()
  @HttpCode(200)
  async place(@Param('id') project: string, @Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<HoldAnswer> {
    const { environment, reason } = parseBody(placeHoldSchema, body, Object.keys(placeHoldSchema.shape));
    const key = await this.keyOf(project, environment, caller);
    if (!(await this.holds.place(key, changedBy(caller, reason))))
      throw new ProblemError({ status: 409, code: 'on_hold', detail: 'The environment is on hold already.' });
    this.audit.note('hold_placed', caller, project, { environment, reason });
    return { project, environment, hold: (await this.holds.find(project, environment)) ?? null };
  }

  @Post(':id/hold/lift')
  @Needs('operate')
  @OncePerKey()
  @HttpCode(200)
  async lift(@Param('id') project: string, @Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<HoldAnswer> {
    const { environment, reason } = parseBody(liftHoldSchema, body, Object.keys(liftHoldSchema.shape));
    const key = await this.keyOf(project, environment, caller);
    if (!(await this.holds.lift(key, changedBy(caller, reason))))
      throw new ProblemError({ status: 409, code: 'not_on_hold', detail: 'The environment is not on hold.' });
    this.audit.note('hold_lifted', caller, project, { environment, ...reasonField(reason) });
    return { project, environment, hold: null };
  }

  private async keyOf(project: string, environment: string, caller: TokenHolder): Promise<HoldKey> {
    requirePlace(caller, project, environment);
    await knownPlace(this.policies, project, environment);
    return { project, environment, eventId: idsOfEvent().ids?.[0] };
  }
}
