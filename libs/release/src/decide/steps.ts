import { deadlineReason } from '../reasons/deadline';
import { degradedReason } from '../reasons/degraded';
import { reason } from '../reasons/reason';
import { doneReason } from '../reasons/steps';
import { failedReason, inconclusiveReason, passedReason } from '../reasons/verdict';
import { despite, withAbsence } from '../reasons/absence';
import type { Reason } from '../events';
import { absenceOf, activeMs, clockOf, sinceStart } from '../active-time';
import { isComplete } from '../step-rules';
import { rollback } from './rollback';
import type { Context, Current, Decision, StateOf } from '../state';

type Stepping = StateOf<'releasing' | 'promoting' | 'baking'>;

/** Begins the plan's next step; undefined after the last. */
export function startNext(state: Stepping): Decision | undefined {
  const spec = state.plan.steps[state.done];
  return spec && { type: 'StepStarted', data: { step: state.done, attempt: 1, decision: state.version + 1, spec } };
}

/** Ends the current step for this reason. */
export const complete = (current: Current, why: Reason): Decision => ({ type: 'StepCompleted', data: { ...current.ref, reason: why } });

/** Ends the current step once all that it waits for has arrived. */
export function completeIfDone(state: Stepping, current: Current, context: Context, now: number): Decision | undefined {
  if (!isComplete(current, now)) return undefined;
  const { spec, verdict } = current;
  const completed = complete(current, spec.kind === 'analyse' && verdict !== null ? passedReason(spec, verdict) : doneReason(current, state.weights));
  return withAbsence(completed, absenceOf(sinceStart(current), context, now));
}

/** What went wrong in the current step, if anything did: what was seen first, then what never came. */
export function trouble(state: Stepping, current: Current, context: Context, now: number): Decision | undefined {
  const seen = seenTrouble(current);
  return seen ? rollback(state, seen) : late(state, current, context, now);
}

/** A finding or outcome that says the new version must not go on. */
export function seenTrouble({ spec, degraded, effectFailed, verdict }: Current): Reason | undefined {
  if (degraded !== null) return degradedReason(degraded);
  if (effectFailed !== null) return reason(effectFailed.refusal.code, 'effect', `${spec.kind} can't be carried out: ${effectFailed.refusal.text}`, { step: spec.kind });
  if (spec.kind === 'analyse' && verdict?.verdict === 'fail') return failedReason(spec, verdict);
  return undefined;
}

/** The deadline has come without completion. */
function late(state: Stepping, current: Current, context: Context, now: number): Decision | undefined {
  if (!isOverdue(current, context, now) || isComplete(current, now)) return undefined;
  const absence = absenceOf(clockOf(current), context, now);
  const why = current.spec.kind === 'analyse' ? inconclusiveReason(current.spec, current) : deadlineReason('progress_deadline', current);
  return withAbsence(rollback(state, despite(why, absence)), absence);
}

/** Whether the attempt's deadline has come, counting only time in which those who it needs were at work. */
export const isOverdue = (current: Current, context: Context, now: number): boolean => activeMs(clockOf(current), context, now) >= current.spec.deadline * 1_000;
