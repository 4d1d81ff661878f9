import { covers } from '@alloy/contracts';
import type { TokenHolder } from '@alloy/ledger';
import { ProblemError } from '@alloy/service';

/**
 * Throws 403 unless the caller may release although the environment is on hold, which no CI job may, and 422 without a
 * reason.
 */
export function requireOverride(caller: TokenHolder, reason: string | null): void {
  if (!covers(caller.scope, 'operate') || caller.places !== undefined)
    throw new ProblemError({
      status: 403, code: 'forbidden_scope', detail: 'To override a hold takes the scope operate.', pointer: '/overrideHold',
    });
  if (reason === null || reason.trim() === '')
    throw new ProblemError({ status: 422, code: 'reason_required', detail: 'To override a hold takes a reason.', pointer: '/reason' });
}
