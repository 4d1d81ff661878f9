import { askedBy } from '../reasons/asked-by';
import { promotionReason } from '../reasons/promotion';
import type { Context, Decision } from '../context';
import type { PendingIntent, StateOf } from '../state';
import { pending, refuse } from './intents';
import { endPause } from './pause-step';
import { promotion } from './promotion';
import { abort } from './rollback';
import { completeIfDone, failed, resize, startNext } from './steps';
import { repeatShift } from './repeat-shift';
import { restoreStable } from './stable-again';
import { preempt, supersede } from './supersede';

type Releasing = StateOf<'releasing'>;

/** Priority: user intents, then findings and outcomes, then time. */
export function releasing(state: Releasing, context: Context, now: number): Decision | undefined {
  return (
    abort(state) ?? preempt(state, context) ?? promotion(state) ?? pause(state) ?? takenOver(state, context) ?? carryOn(state, context, now)
  );
}

/** A newer release ends this one. */
const takenOver = (state: Releasing, context: Context): Decision | undefined => restoreStable(state, context) ?? supersede(state, context);

/** Answers pause and resume in order of request. A pause overrides an earlier promotion that has not begun. */
function pause(state: Releasing): Decision | undefined {
  const intent = pending(state, 'PauseRequested', 'ResumeRequested');
  if (intent === undefined) return undefined;
  if (intent.type === 'ResumeRequested')
    return resume(state, intent);
  const earlier = pending(state, 'PromotionRequested');
  if (earlier && earlier.version < intent.version)
    return refuse(earlier, 'paused_by_person', `${intent.actor.id} paused the release before the promotion began`);
  return { type: 'ReleasePaused', data: { reason: askedBy('paused_by_person', 'paused', intent) } };
}

/** Ends the pause step that the user saw. */
function resume({ current }: Releasing, intent: PendingIntent): Decision {
  if (current?.spec.kind !== 'pause') return refuse(intent, 'not_paused', 'the release is not paused');
  return intent.step === undefined || intent.step === current.ref.step
    ? endPause(current, 'resumed_by_person', intent)
    : refuse(intent, 'not_paused', 'its pause has ended');
}

function carryOn(state: Releasing, context: Context, now: number): Decision | undefined {
  const { current, plan, done } = state;
  if (current === null)
    return plan.steps[done]?.kind === 'promote' ? { type: 'PromotionDecided', data: { reason: promotionReason(state) } } : startNext(state);
  const wrong = failed(state, current, context, now) ?? resize(state, current);
  // A step in which the canary lacks its traffic proves nothing.
  return wrong ?? (current.trafficDrift ? repeatShift(state, current, context, now) : completeIfDone(state, current, context, now));
}
