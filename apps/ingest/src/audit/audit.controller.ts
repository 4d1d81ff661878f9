import { ProblemError } from '@alloy/service';
import { Controller, Get, Inject } from '@nestjs/common';
import { Everywhere, Needs } from '../auth/needs';
import { AUDITOR, type Auditor, type Verified } from './auditor';

/** Seconds: it takes a restart with another configuration. */
const AN_HOUR = 3_600;

/** Whether the log is what was appended. */
@Controller('api/v1/audit')
export class AuditController {
  constructor(@Inject(AUDITOR) private readonly auditor: Auditor | null) {}

  /** Hashes the whole log again: the time it takes grows with the log. */
  @Get('verify')
  @Needs('admin')
  @Everywhere()
  async verify(): Promise<Verified> {
    if (!this.auditor) throw new ProblemError({ status: 503, code: 'audit_not_set_up', detail: 'This Alloy has no ALLOY_AUDIT_DIR, so there is nothing to measure the log by.' }, AN_HOUR);
    return this.auditor.verify();
  }
}
