import { deadlineReason } from '../reasons/deadline';
import { reason } from '../reasons/reason';
import { deadlineOf, isSettled } from '../step-rules';
import type { Decision, StateOf } from '../state';
import { refuseAny } from './intents';

type RollingBack = StateOf<'rollingBack'>;

/** The way back can't be turned round; it ends done, or stuck when it can't be finished. */
export function rollingBack(state: RollingBack, now: number): Decision | undefined {
  return refuseAny(state, 'too_late', 'the release is being rolled back', 'AbortRequested', 'PromotionRequested', 'PauseRequested', 'ResumeRequested') ?? end(state, now);
}

function end(state: RollingBack, now: number): Decision | undefined {
  const { current, rollbackReason, stable } = state;
  if (current === null) return undefined;
  if (isSettled(current)) return stable === null ? { type: 'ReleaseFailed', data: { reason: rollbackReason } } : { type: 'ReleaseRolledBack', data: { reason: rollbackReason } };
  if (current.effectFailed) {
    const { code, text } = current.effectFailed.refusal;
    return { type: 'ReleaseStuck', data: { reason: reason(code, 'effect', `the way back can't be finished: ${text}; it was begun because ${rollbackReason.text}`, { rollback: rollbackReason.code }) } };
  }
  return now < deadlineOf(current) ? undefined : stuck(state, current);
}

function stuck({ rollbackReason }: RollingBack, current: NonNullable<RollingBack['current']>): Decision {
  const why = deadlineReason('rollback_deadline', current);
  return { type: 'ReleaseStuck', data: { reason: { ...why, text: `${why.text}; it was begun because ${rollbackReason.text}`, evidence: { ...why.evidence, rollback: rollbackReason.code } } } };
}
