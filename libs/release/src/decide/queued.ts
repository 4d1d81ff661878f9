import { reason } from '../reasons/reason';
import type { Context, Decision, StateOf } from '../state';
import { inTheWay, isUrgent, newestAfter, urgentInstead } from './queue';
import { openGate, unplannedIntents } from './unplanned';

/** Waits for its turn; where only the latest counts it gives way to a newer one. */
export function queued(state: StateOf<'queued'>, context: Context): Decision | undefined {
  return unplannedIntents(state) ?? superseded(state, context) ?? (inTheWay(state, context) === undefined ? openGate(context) : undefined);
}

/** What a person wants now gives way to nothing but what a person wanted later. */
function superseded(state: StateOf<'queued'>, context: Context): Decision | undefined {
  const { whenBusy } = context.policy;
  const onlyLatest = whenBusy === 'latestOnly' || whenBusy === 'supersede';
  const newer = isUrgent(state) ? urgentInstead(state, context) : onlyLatest ? newestAfter(state, context) : undefined;
  if (newer === undefined) return undefined;
  const [rule, text] = isUrgent(state) ? ['urgent', 'was asked for later'] : ['policy.whenBusy', 'was requested later, and only the latest waits'];
  return { type: 'ReleaseSuperseded', data: { by: newer.releaseId, reason: reason('superseded', rule, `release ${newer.releaseId} ${text}`, { by: newer.releaseId, whenBusy }) } };
}
