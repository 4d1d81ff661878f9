import { reason } from '../reasons/reason';
import type { Context, Decision } from '../context';
import type { StateOf } from '../state';
import { refuseAny } from './intents';
import { abort } from './rollback';
import { completeIfDone, failed, startNext } from './steps';
import { preempt } from './supersede';

/** The new version becomes stable; until that is done, an abort or a failure still rolls it back. */
export function promoting(state: StateOf<'promoting' | 'baking'>, context: Context, now: number): Decision | undefined {
  return abort(state)
    ?? preempt(state, context)
    ?? refuseAny(state, 'too_late', 'the release is being promoted', 'PromotionRequested', 'PauseRequested', 'ResumeRequested')
    ?? carryOn(state, context, now);
}

function carryOn(state: StateOf<'promoting' | 'baking'>, context: Context, now: number): Decision | undefined {
  const { current, request, plan } = state;
  if (current === null)
    return (
      startNext(state) ?? {
        type: 'ReleasePromoted',
        data: {
          reason: reason('all_steps_done', 'plan', `${request.imageTag} is the stable version${notJudged(plan)}`, {
            steps: plan.steps.length,
          }),
        },
      }
    );
  return failed(state, current, context, now) ?? completeIfDone(state, current, context, now);
}

/** Without pods, and without waiting for them, nothing can be judged, and the reason states it. */
function notJudged({ steps }: StateOf<'promoting'>['plan']): string {
  const promote = steps.find((step) => step.kind === 'promote');
  if (promote?.replicas === 0) return '; it was not judged, because the workload has 0 pods: scale it up to start them';
  return promote?.waits === false ? '; it was not judged, because the release was an emergency: watch its pods' : '';
}
