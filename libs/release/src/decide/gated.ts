import type { Refusal } from '../events';
import { CURRENT_RULES } from '../plan';
import { clusterTrouble, unseenReason } from '../reasons/access';
import { reason } from '../reasons/reason';
import { compilePlan } from '../strategies/compile-plan';
import type { Context, Decision, StateOf } from '../state';
import { absenceOf, activeMs, clockOfGate } from '../active-time';
import { despite, withAbsence } from '../reasons/absence';
import { urgentInstead } from './queue';
import { openGate, unplannedIntents, yieldTo } from './unplanned';

/** Its turn has come: as soon as the cluster was looked at, the plan is made and fixed. */
export function gated(state: StateOf<'gated'>, context: Context, now: number): Decision | undefined {
  return unplannedIntents(state) ?? lostSlot(state, context) ?? plan(state, context) ?? unseen(state, context, now);
}

/** Another release took the slot in between, or is wanted at once. If one that took it is through already, what was seen may be stale: look again. */
function lostSlot(state: StateOf<'gated'>, context: Context): Decision | undefined {
  const { holder, counter } = context.slot;
  if (holder !== null && holder !== state.releaseId) return yieldTo(state, holder, context);
  const urgent = urgentInstead(state, context);
  if (urgent) return yieldTo(state, urgent.releaseId, context);
  return counter === state.slotCounter ? undefined : openGate(context);
}

function plan(state: StateOf<'gated'>, context: Context): Decision | undefined {
  const { inspection, request } = state;
  if (inspection === null) return undefined;
  const refusal = refusalOf(inspection);
  if (refusal) return refused(refusal, inspection);
  const { policy, cluster, slot, rules = CURRENT_RULES } = context;
  const stable = state.adopted ?? context.stable;
  const compiled = compilePlan({ request, policy, cluster, inspection, stable });
  const { plan: steps, reason: why, analysis } = compiled;
  return { type: 'ReleasePlanned', data: { plan: rules > 1 ? { rules, ...steps } : steps, policy, slotCounter: slot.counter + 1, stable, reason: why, ...(analysis && { analysis }) } };
}

/** The release is not to blame for a cluster that can't be worked on. */
const refused = ({ code, text }: Refusal, { owner, exists }: Inspected): Decision => ({
  type: clusterTrouble(code) ? 'ReleaseFailed' : 'ReleaseRejected',
  data: { reason: reason(code, 'inspection', text, { owner, exists }) },
});

/** Nobody could look at the cluster in time. */
function unseen(state: StateOf<'gated'>, context: Context, now: number): Decision | undefined {
  const clock = clockOfGate(state);
  if (state.inspection !== null || activeMs(clock, context, now) < state.deadline * 1_000) return undefined;
  const absence = absenceOf(clock, context, now);
  return withAbsence({ type: 'ReleaseFailed', data: { reason: despite(unseenReason(state), absence) } }, absence);
}

type Inspected = NonNullable<StateOf<'gated'>['inspection']>;

function refusalOf({ refusal, owner }: Inspected): Refusal | null {
  return refusal ?? (owner === 'foreign' ? { code: 'foreign_owner', text: 'the workload belongs to another installation of Alloy' } : null);
}
