import type { TokenHolder } from '@alloy/ledger';
import { LOGGER } from '@alloy/service';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';

/** What an administrator did; `subject` is an id or a name, never a secret. */
export type Deed = 'project_created' | 'policy_changed' | 'user_added' | 'user_removed' | 'token_created' | 'token_revoked' | 'view_rebuilt';

/** Why, where somebody said so. */
export const because = (reason: string | null): { readonly reason?: string } => (reason === null ? {} : { reason });

/** Who changed who may do what: a log line each, with the field `audit`. */
@Injectable()
export class AuditTrail {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  note(deed: Deed, by: TokenHolder, subject: string, more: Readonly<Record<string, unknown>> = {}): void {
    this.logger.info({ audit: deed, by: by.account, subject, ...more }, deed.replace('_', ' '));
  }
}
