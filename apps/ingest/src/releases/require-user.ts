import { covers } from '@alloy/contracts';
import type { TokenHolder } from '@alloy/ledger';
import { ProblemError } from '@alloy/service';

/** What only a user may request, and not a CI job, by its key in the request. */
const REQUESTS = { overrideHold: 'To override a hold', emergency: 'To release in an emergency' } as const;

/**
 * Throws 403 unless the caller has the scope `operate` and is no CI job without a token of a user, and 422 without a
 * reason.
 */
export function requireUser(caller: TokenHolder, key: keyof typeof REQUESTS, reason: string | null): void {
  const what = REQUESTS[key];
  if (!covers(caller.scope, 'operate') || caller.places !== undefined)
    throw new ProblemError({ status: 403, code: 'forbidden_scope', detail: `${what} takes the scope operate.`, pointer: `/${key}` });
  if (reason === null || reason.trim() === '')
    throw new ProblemError({ status: 422, code: 'reason_required', detail: `${what} takes a reason.`, pointer: '/reason' });
}
