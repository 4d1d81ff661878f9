import { ProblemError } from '@alloy/service';
import { Controller, Get, Inject } from '@nestjs/common';
import { Everywhere, Needs } from '../auth/needs';
import { AUDITOR, type Auditor, type Verified } from './auditor';

/** Seconds: a change requires a restart with another configuration. */
const AN_HOUR = 3_600;

/** Verifies that the log is unchanged. */
@Controller('api/v1/audit')
export class AuditController {
  constructor(@Inject(AUDITOR) private readonly auditor: Auditor | null) {}

  /** Hashes the whole log again, in a time proportional to the length of the log. */
  @Get('verify')
  @Needs('admin')
  @Everywhere()
  async verify(): Promise<Verified> {
    if (!this.auditor)
      throw new ProblemError(
        {
          status: 503,
          code: 'audit_not_set_up',
          detail: 'ALLOY_AUDIT_DIR is not set, so there are no checkpoints to verify the log with.',
        },
        AN_HOUR,
      );
    return this.auditor.verify();
  }
}
