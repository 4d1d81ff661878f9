import { deadlineReason } from '../reasons/deadline';
import { noteDrift } from '../reasons/drift';
import { reason } from '../reasons/reason';
import { absenceOf, clockOf, sinceStart } from '../active-time';
import { noteAbsence, withAbsence } from '../reasons/absence';
import { isSettled } from '../step-rules';
import type { Context, Decision } from '../context';
import type { StateOf } from '../state';
import { refuseAny } from './intents';
import { isOverdue } from './steps';

type RollingBack = StateOf<'rollingBack'>;

/** A rollback cannot be interrupted; the release ends once it is finished, or becomes stuck. */
export function rollingBack(state: RollingBack, context: Context, now: number): Decision | undefined {
  return (
    refuseAny(
      state, 'too_late', 'the release is being rolled back', 'AbortRequested', 'PromotionRequested', 'PauseRequested',
      'ResumeRequested',
    ) ?? end(state, context, now)
  );
}

function end(state: RollingBack, context: Context, now: number): Decision | undefined {
  const { current, rollbackReason, stable } = state;
  if (current === null) return undefined;
  if (isSettled(current))
    return withAbsence(
      { type: stable === null ? 'ReleaseFailed' : 'ReleaseRolledBack', data: { reason: rollbackReason } },
      absenceOf(sinceStart(current), context, now),
    );
  if (current.effectFailed) {
    const { code, text } = current.effectFailed.refusal;
    return {
      type: 'ReleaseStuck',
      data: {
        reason: reason(code, 'effect', `the rollback cannot be finished: ${text}; rolled back because ${rollbackReason.text}`, {
          rollback: rollbackReason.code,
        }),
      },
    };
  }
  return isOverdue(current, context, now) ? stuck(state, current, context, now) : undefined;
}

function stuck(
  { rollbackReason, request, drift }: RollingBack, current: NonNullable<RollingBack['current']>, context: Context, now: number,
): Decision {
  const absence = absenceOf(clockOf(current), context, now);
  const why = noteAbsence(noteDrift(deadlineReason('rollback_deadline', current, request.workload), drift), absence);
  const decision: Decision = {
    type: 'ReleaseStuck',
    data: {
      reason: {
        ...why,
        text: `${why.text}; rolled back because ${rollbackReason.text}`,
        evidence: { ...why.evidence, rollback: rollbackReason.code },
      },
    },
  };
  return withAbsence(decision, absence);
}
