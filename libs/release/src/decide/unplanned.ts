import { askedBy } from '../reasons/asked-by';
import { onHoldReason } from '../reasons/on-hold';
import { reason } from '../reasons/reason';
import type { Context, Decision } from '../context';
import type { UnplannedState } from '../state';
import { handsBack } from '../plan';
import { pending, refuseAny } from './intents';
import { isExpedited, type Block } from './queue';

/**
 * Answers intents on a release that has not begun: an abort ends it without touching the cluster, other intents are
 * refused.
 */
export function unplannedIntents(state: UnplannedState): Decision | undefined {
  const abort = pending(state, 'AbortRequested');
  if (abort) return { type: 'ReleaseAborted', data: { reason: askedBy('aborted', 'aborted before any change', abort) } };
  return refuseAny(state, 'not_running', 'the release has not begun', 'PromotionRequested', 'PauseRequested', 'ResumeRequested');
}

/**
 * Queues the release behind another or behind a hold, or rejects it if the policy says so; an expedited release always
 * queues. A workload is not handed back behind a release that its user may not know of.
 */
export function queueBehind(state: UnplannedState, block: Block, { policy }: Context): Decision {
  const { behind, hold } = block;
  if (handsBack(state)) {
    const text = `release ${behind} is under way: wait until it has ended, or abort it, and hand the workload back then`;
    return { type: 'ReleaseRejected', data: { reason: reason('busy', 'handBack', text, { behind }) } };
  }
  if (policy.whenBusy !== 'reject' || isExpedited(state)) return { type: 'ReleaseQueued', data: { ...block } };
  if (hold?.release === behind) return { type: 'ReleaseRejected', data: { reason: onHoldReason(hold, policy.whenBusy) } };
  return {
    type: 'ReleaseRejected',
    data: { reason: reason('busy', 'policy.whenBusy', `release ${behind} is under way`, { behind, whenBusy: policy.whenBusy }) },
  };
}

/** Admits the release: the slot is free and no other release goes first. */
export const openGate = ({ slot, policy: { inspectionDeadline: deadline } }: Context): Decision => ({
  type: 'GateOpened',
  data: { gate: 'slot', slotCounter: slot.counter, ...(deadline !== undefined && { deadline }) },
});
