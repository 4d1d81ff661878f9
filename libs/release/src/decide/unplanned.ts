import { askedBy } from '../reasons/person';
import { reason } from '../reasons/reason';
import type { Context, Decision, UnplannedState } from '../state';
import { pending, refuseAny } from './intents';
import { isUrgent } from './queue';

/** What people asked of a release that has not begun: an abort ends it without touching the cluster, nothing else makes sense yet. */
export function unplannedIntents(state: UnplannedState): Decision | undefined {
  const abort = pending(state, 'AbortRequested');
  if (abort) return { type: 'ReleaseAborted', data: { reason: askedBy('aborted', 'aborted before anything was done', abort) } };
  return refuseAny(state, 'not_running', 'the release has not begun', 'PromotionRequested', 'PauseRequested', 'ResumeRequested');
}

/** Somebody else goes first: wait, or be refused where the policy says so; what a person wants now always waits. */
export function yieldTo(state: UnplannedState, behind: string, { policy }: Context): Decision {
  if (policy.whenBusy !== 'reject' || isUrgent(state)) return { type: 'ReleaseQueued', data: { behind } };
  return { type: 'ReleaseRejected', data: { reason: reason('busy', 'policy.whenBusy', `release ${behind} is under way`, { behind, whenBusy: policy.whenBusy }) } };
}

/** Its turn: the slot is free and nobody older waits. */
export const openGate = ({ slot, policy: { inspectionDeadline: deadline } }: Context): Decision => ({
  type: 'GateOpened',
  data: { gate: 'slot', slotCounter: slot.counter, ...(deadline !== undefined && { deadline }) },
});
