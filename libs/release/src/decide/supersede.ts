import { reason } from '../reasons/reason';
import type { Context, Decision, StateOf } from '../state';
import { newestAfter } from './queue';
import { rollback } from './rollback';

/** A newer release takes over where the policy says so. Not once it is being promoted: that ends soon, and ends safely. */
export function supersede(state: StateOf<'releasing' | 'paused'>, context: Context): Decision | undefined {
  const newer = newestAfter(state, context);
  if (newer?.whenBusy !== 'supersede') return undefined;
  return rollback(state, reason('superseded', 'policy.whenBusy', `release ${newer.releaseId} was requested later and takes over`, { by: newer.releaseId, whenBusy: newer.whenBusy }));
}
