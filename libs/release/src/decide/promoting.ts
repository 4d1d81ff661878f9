import { reason } from '../reasons/reason';
import type { Context, Decision, StateOf } from '../state';
import { refuseAny } from './intents';
import { abort } from './rollback';
import { completeIfDone, startNext, trouble } from './steps';
import { makeWay } from './supersede';

/** The new version becomes the stable one; until that is done an abort or a failure still takes it back. */
export function promoting(state: StateOf<'promoting' | 'baking'>, context: Context, now: number): Decision | undefined {
  return abort(state)
    ?? makeWay(state, context)
    ?? refuseAny(state, 'too_late', 'the release is being promoted', 'PromotionRequested', 'PauseRequested', 'ResumeRequested')
    ?? carryOn(state, context, now);
}

function carryOn(state: StateOf<'promoting' | 'baking'>, context: Context, now: number): Decision | undefined {
  const { current, request, plan } = state;
  if (current === null) return startNext(state) ?? { type: 'ReleasePromoted', data: { reason: reason('all_steps_done', 'plan', `${request.imageTag} is the stable version`, { steps: plan.steps.length }) } };
  return trouble(state, current, context, now) ?? completeIfDone(state, current, context, now);
}
