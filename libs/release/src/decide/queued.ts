import { reason } from '../reasons/reason';
import type { Context, Decision, StateOf } from '../state';
import { inTheWay, newestAfter } from './queue';
import { openGate, unplannedIntents } from './unplanned';

/** Waits for its turn; where only the latest counts it gives way to a newer one. */
export function queued(state: StateOf<'queued'>, context: Context): Decision | undefined {
  return unplannedIntents(state) ?? superseded(state, context) ?? (inTheWay(state, context) === undefined ? openGate(context) : undefined);
}

function superseded(state: StateOf<'queued'>, context: Context): Decision | undefined {
  const { whenBusy } = context.policy;
  const newer = newestAfter(state, context);
  if (newer === undefined || (whenBusy !== 'latestOnly' && whenBusy !== 'supersede')) return undefined;
  const text = `release ${newer.releaseId} was requested later, and only the latest waits`;
  return { type: 'ReleaseSuperseded', data: { by: newer.releaseId, reason: reason('superseded', 'policy.whenBusy', text, { by: newer.releaseId, whenBusy }) } };
}
