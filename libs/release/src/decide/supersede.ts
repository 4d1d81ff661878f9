import { reason } from '../reasons/reason';
import type { Context, Decision } from '../context';
import type { StateOf } from '../state';
import { expeditedReplacement, isExpedited, newestAfter } from './queue';
import { rollback } from './rollback';

/**
 * A newer release takes over if the policy says so; not from an expedited release, and not during promotion, which ends
 * soon and safely.
 */
export function supersede(state: StateOf<'releasing' | 'paused'>, context: Context): Decision | undefined {
  if (isExpedited(state)) return undefined;
  const newer = newestAfter(state, context);
  if (newer?.whenBusy !== 'supersede') return undefined;
  return rollback(
    state,
    reason('superseded', 'policy.whenBusy', `release ${newer.releaseId} was requested later and takes over`, {
      by: newer.releaseId,
      whenBusy: newer.whenBusy,
    }),
  );
}

/** An expedited release takes over regardless of policy, also during promotion. */
export function preempt(
  state: StateOf<'releasing' | 'paused' | 'scalingDown' | 'held' | 'promoting' | 'baking'>, context: Context,
): Decision | undefined {
  const expedited = expeditedReplacement(state, context);
  return (
    expedited &&
    rollback(
      state,
      reason('superseded', 'urgent', `release ${expedited.releaseId} is expedited and takes over`, { by: expedited.releaseId }),
    )
  );
}
