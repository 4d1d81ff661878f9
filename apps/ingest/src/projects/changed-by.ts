import type { ChangedBy, TokenHolder } from '@alloy/ledger';

/** The caller as the author of a change. */
export const changedBy = (caller: TokenHolder, reason: string | null): ChangedBy => ({
  actor: { kind: 'user', id: caller.account },
  reason,
});
