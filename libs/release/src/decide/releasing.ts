import { askedBy } from '../reasons/person';
import { promotionReason } from '../reasons/steps';
import type { Context, Decision, StateOf } from '../state';
import { pending, refuse } from './intents';
import { promotion } from './promotion';
import { abort } from './rollback';
import { completeIfDone, startNext, trouble } from './steps';
import { makeWay, supersede } from './supersede';

type Releasing = StateOf<'releasing'>;

/** Human intent first, then what was seen, then time. */
export function releasing(state: Releasing, context: Context, now: number): Decision | undefined {
  return abort(state) ?? makeWay(state, context) ?? promotion(state) ?? pause(state) ?? supersede(state, context) ?? carryOn(state, context, now);
}

/** Pause and resume in the order they were asked for. A pause outdoes a promotion that was asked for earlier and has not begun. */
function pause(state: Releasing): Decision | undefined {
  const intent = pending(state, 'PauseRequested', 'ResumeRequested');
  if (intent === undefined) return undefined;
  if (intent.type === 'ResumeRequested') return refuse(intent, 'not_paused', 'the release is not paused');
  const earlier = pending(state, 'PromotionRequested');
  if (earlier && earlier.version < intent.version) return refuse(earlier, 'paused_by_person', `${intent.actor.id} paused the release before it could begin`);
  return { type: 'ReleasePaused', data: { reason: askedBy('paused_by_person', 'paused', intent) } };
}

function carryOn(state: Releasing, context: Context, now: number): Decision | undefined {
  const { current, plan, done } = state;
  if (current === null) return plan.steps[done]?.kind === 'promote' ? { type: 'PromotionDecided', data: { reason: promotionReason(state) } } : startNext(state);
  return trouble(state, current, context, now) ?? completeIfDone(state, current, context, now);
}
