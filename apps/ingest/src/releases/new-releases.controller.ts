import type { TokenHolder } from '@alloy/ledger';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { AuditTrail, reasonField } from '../auth/audit-trail';
import { Caller } from '../auth/caller';
import { Needs } from '../auth/needs';
import { OncePerKey } from '../idempotency/once-per-key';
import { parseBody } from '../parse-body';
import { AcceptRelease } from '../webhook/accept-release';
import { accepted, type Accepted } from './accepted';
import { filesOf } from './files-of';
import { repoint } from './repoint';
import { requireUser } from './require-user';
import { newReleaseSchema } from './requests';

const KNOWN = Object.keys(newReleaseSchema.shape);

/** The JSON variant of the webhook: any environment, manifests as a list, a reason. */
@Controller('api/v1/releases')
export class NewReleasesController {
  constructor(
    @Inject(AcceptRelease) private readonly ingest: AcceptRelease,
    @Inject(AuditTrail) private readonly audit: AuditTrail,
  ) {}

  @Post()
  @Needs('deploy')
  @OncePerKey((state) => accepted(state, state.request))
  @HttpCode(202)
  async create(@Body() body: Buffer | undefined, @Caller() caller: TokenHolder): Promise<Accepted> {
    const { manifests, resolveDigest, overrideHold = false, emergency = false, ...order } = parseBody(newReleaseSchema, body, KNOWN);
    if (overrideHold) requireUser(caller, 'overrideHold', order.reason);
    if (emergency) requireUser(caller, 'emergency', order.reason);
    const files = filesOf(manifests);
    const taken = await this.ingest
      .take({ ...order, files, resolveDigest, overridesHold: overrideHold, emergency }, caller)
      .catch((error: unknown) => {
        throw repoint(error, manifests);
      });
    if (emergency) {
      const { releaseId: release, project, environment } = taken;
      this.audit.note('emergency', caller, project, { environment, release, ...reasonField(order.reason) });
    }
    return accepted(taken, taken.request);
  }
}
