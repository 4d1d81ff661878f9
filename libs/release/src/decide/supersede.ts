import { reason } from '../reasons/reason';
import type { Context, Decision, StateOf } from '../state';
import { isUrgent, newestAfter, urgentInstead } from './queue';
import { rollback } from './rollback';

/** A newer release takes over where the policy says so. Not from what a person wanted at once, and not once it is being promoted: that ends soon, and ends safely. */
export function supersede(state: StateOf<'releasing' | 'paused'>, context: Context): Decision | undefined {
  if (isUrgent(state)) return undefined;
  const newer = newestAfter(state, context);
  if (newer?.whenBusy !== 'supersede') return undefined;
  return rollback(state, reason('superseded', 'policy.whenBusy', `release ${newer.releaseId} was requested later and takes over`, { by: newer.releaseId, whenBusy: newer.whenBusy }));
}

/** What a person wants now takes over whatever the policy says, from a promotion too. */
export function makeWay(state: StateOf<'releasing' | 'paused' | 'promoting' | 'baking'>, context: Context): Decision | undefined {
  const urgent = urgentInstead(state, context);
  return urgent && rollback(state, reason('superseded', 'urgent', `release ${urgent.releaseId} is wanted at once and takes over`, { by: urgent.releaseId }));
}
