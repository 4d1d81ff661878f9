import type { Refusal } from '../events';
import { CURRENT_RULES } from '../plan';
import { inspectionDeadlineReason, isClusterFailure } from '../reasons/access';
import { withLiveVersion } from '../reasons/live-version';
import { reason } from '../reasons/reason';
import { compilePlan } from '../strategies/compile-plan';
import type { Context, Decision } from '../context';
import type { StateOf } from '../state';
import { absenceOf, activeMs, clockOfGate } from '../active-time';
import { noteAbsence, withAbsence } from '../reasons/absence';
import { behind, expeditedReplacement, isOnHold } from './queue';
import { openGate, queueBehind, unplannedIntents } from './unplanned';

/** An admitted release: once the executor has inspected the cluster, the plan is made and fixed. */
export function gated(state: StateOf<'gated'>, context: Context, now: number): Decision | undefined {
  return unplannedIntents(state) ?? lostSlot(state, context) ?? plan(state, context) ?? inspectionOverdue(state, context, now);
}

/**
 * Queues again if another release took the slot or is expedited, or if a hold has begun. If another release has held
 * the slot meanwhile, the inspection may be stale: open the gate again.
 */
function lostSlot(state: StateOf<'gated'>, context: Context): Decision | undefined {
  const { holder, counter } = context.slot;
  if (holder !== null && holder !== state.releaseId) return queueBehind(state, behind(state, holder, context), context);
  const expedited = expeditedReplacement(state, context);
  if (expedited) return queueBehind(state, behind(state, expedited.releaseId, context), context);
  if (isOnHold(state, context)) return queueBehind(state, behind(state, context.hold.release, context), context);
  return counter === state.slotCounter ? undefined : openGate(context);
}

function plan(state: StateOf<'gated'>, context: Context): Decision | undefined {
  const { inspection, request } = state;
  if (inspection === null) return undefined;
  const refusal = refusalOf(inspection);
  if (refusal) return refused(refusal, inspection);
  const { policy, policyVersion, cluster, slot, rules = CURRENT_RULES } = context;
  const stable = state.adopted ?? context.stable;
  const target = { cluster, namespace: policy.namespace, ...(rules >= 3 && { workload: request.workload }) };
  const compiled = compilePlan({ request, policy, target, inspection, stable, rules });
  const { plan: steps, reason: why, analysis } = compiled;
  return {
    type: 'ReleasePlanned',
    data: {
      plan: rules > 1 ? { rules, ...steps } : steps,
      policy,
      ...(policyVersion !== undefined && { policyVersion }),
      slotCounter: slot.counter + 1,
      stable,
      reason: withLiveVersion(why, inspection, state.adopted, stable),
      ...(analysis && { analysis }),
    },
  };
}

/** Fails, not rejects, the release if the cluster is the cause. */
const refused = ({ code, text }: Refusal, { owner, exists }: Inspected): Decision => ({
  type: isClusterFailure(code) ? 'ReleaseFailed' : 'ReleaseRejected',
  data: { reason: reason(code, 'inspection', text, { owner, exists }) },
});

/** The inspection deadline has passed without an inspection. */
function inspectionOverdue(state: StateOf<'gated'>, context: Context, now: number): Decision | undefined {
  const clock = clockOfGate(state);
  if (state.inspection !== null || activeMs(clock, context, now) < state.deadline * 1_000) return undefined;
  const absence = absenceOf(clock, context, now);
  return withAbsence({ type: 'ReleaseFailed', data: { reason: noteAbsence(inspectionDeadlineReason(state), absence) } }, absence);
}

type Inspected = NonNullable<StateOf<'gated'>['inspection']>;

function refusalOf({ refusal, owner }: Inspected): Refusal | null {
  return refusal ?? (owner === 'foreign' ? { code: 'foreign_owner', text: 'the workload belongs to another installation of Alloy' } : null);
}
