import { reason } from '../reasons/reason';
import type { Context, Decision } from '../context';
import type { StateOf } from '../state';
import { blockedBy, expeditedReplacement, isExpedited, newestAfter, onlyLatest, type Block } from './queue';
import { alreadyStable } from './stable-again';
import { openGate, unplannedIntents } from './unplanned';

/** Waits for the slot and for the end of a hold; where only the latest release counts, a newer one supersedes it. */
export function queued(state: StateOf<'queued'>, context: Context): Decision | undefined {
  return unplannedIntents(state) ?? superseded(state, context) ?? admit(state, context);
}

function admit(state: StateOf<'queued'>, context: Context): Decision | undefined {
  const block = blockedBy(state, context);
  return block === undefined ? (alreadyStable(state, context) ?? openGate(context)) : followHold(state, block);
}

/** Records that a hold has begun, or has ended while another release is still ahead. */
const followHold = (state: StateOf<'queued'>, block: Block): Decision | undefined =>
  state.hold?.since === block.hold?.since ? undefined : { type: 'ReleaseQueued', data: { ...block } };

/** Only a later expedited release supersedes an expedited one. */
function superseded(state: StateOf<'queued'>, context: Context): Decision | undefined {
  const { whenBusy } = context.policy;
  const newer = isExpedited(state) ? expeditedReplacement(state, context) : onlyLatest(whenBusy) ? newestAfter(state, context) : undefined;
  if (newer === undefined) return undefined;
  const [rule, text] = isExpedited(state)
    ? ['urgent', 'was requested later and is expedited']
    : ['policy.whenBusy', 'was requested later, and only the latest waits'];
  return {
    type: 'ReleaseSuperseded',
    data: {
      by: newer.releaseId,
      reason: reason('superseded', rule, `release ${newer.releaseId} ${text}`, { by: newer.releaseId, whenBusy }),
    },
  };
}
