import type { TokenHolder } from '@alloy/ledger';
import { LOGGER } from '@alloy/service';
import { Inject, Injectable } from '@nestjs/common';
import type { Logger } from 'pino';

/** An action of an administrator; `subject` is an id or a name, never a secret. */
export type AuditAction =
  'project_created' | 'policy_changed' | 'user_added' | 'user_removed' | 'token_created' | 'token_revoked' | 'view_rebuilt' | 'hand_back'
  | 'hold_placed' | 'hold_lifted' | 'emergency';

/** The reason as a field, if there is one. */
export const reasonField = (reason: string | null): { readonly reason?: string } => (reason === null ? {} : { reason });

/** Logs each change of permissions, a line each, with the field `audit`. */
@Injectable()
export class AuditTrail {
  constructor(@Inject(LOGGER) private readonly logger: Logger) {}

  note(deed: AuditAction, by: TokenHolder, subject: string, more: Readonly<Record<string, unknown>> = {}): void {
    this.logger.info({ audit: deed, by: by.account, subject, ...more }, deed.replace('_', ' '));
  }
}
