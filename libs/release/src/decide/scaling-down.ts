import { absenceOf, clockOf, sinceStart } from '../active-time';
import type { Context, Decision } from '../context';
import type { Current } from '../current';
import { deadlineReason } from '../reasons/deadline';
import { deletedReason } from '../reasons/deleted';
import { noteAbsence, withAbsence } from '../reasons/absence';
import { reason } from '../reasons/reason';
import type { Reason } from '../events';
import type { StateOf } from '../state';
import { isSettled } from '../step-rules';
import { refuseAny } from './intents';
import { abort, rollback } from './rollback';
import { restoreStable } from './stable-again';
import { isOverdue } from './steps';
import { preempt } from './supersede';

type ScalingDown = StateOf<'scalingDown'>;

/** Holds the release once its canary has no pods any more, and rolls it back if that fails. */
export function scalingDown(state: ScalingDown, context: Context, now: number): Decision | undefined {
  return (
    abort(state) ??
    preempt(state, context) ??
    refuseAny(state, 'too_late', 'the canary is being scaled down', 'PromotionRequested', 'PauseRequested', 'ResumeRequested') ??
    restoreStable(state, context) ??
    (state.current === null ? undefined : end(state, state.current, context, now))
  );
}

function end(state: ScalingDown, current: Current, context: Context, now: number): Decision | undefined {
  if (isSettled(current))
    return withAbsence(
      { type: 'ReleaseHeld', data: { reason: state.scaleDownReason, isScaledDown: true } }, absenceOf(sinceStart(current), context, now),
    );
  const { deleted, effectFailed } = current;
  if (deleted !== null) return rollBack(state, deletedReason(deleted));
  if (effectFailed !== null) return rollBack(state, reason(effectFailed.refusal.code, 'effect', effectFailed.refusal.text));
  if (!isOverdue(current, context, now)) return undefined;
  const absence = absenceOf(clockOf(current), context, now);
  return withAbsence(rollBack(state, noteAbsence(deadlineReason('progress_deadline', current, state.request.workload), absence)), absence);
}

/** A bad canary must not keep its traffic: a rollback continues until it has none. */
function rollBack(state: ScalingDown, why: Reason): Decision {
  const { scaleDownReason: { code, text } } = state;
  return rollback(state, {
    ...why,
    text: `the canary could not be scaled down: ${why.text}; it was to be scaled down because ${text}`,
    evidence: { ...why.evidence, scaleDown: code },
  });
}
