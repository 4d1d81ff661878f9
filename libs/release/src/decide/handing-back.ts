import { askedBy } from '../reasons/asked-by';
import { reason } from '../reasons/reason';
import type { Context, Decision } from '../context';
import type { Current } from '../current';
import type { StateOf } from '../state';
import { pending, refuseAny } from './intents';
import { completeIfDone, failure, startNext } from './steps';

type Releasing = StateOf<'releasing'>;

/**
 * Gives the workload back. No other release interrupts it, and a failure changes nothing in the cluster: no pod has
 * another version than before, so there is nothing to roll back, and asking again continues.
 */
export function handingBack(state: Releasing, context: Context, now: number): Decision | undefined {
  return (
    abort(state) ??
    refuseAny(state, 'too_late', 'the workload is being handed back', 'PromotionRequested', 'PauseRequested', 'ResumeRequested') ??
    carryOn(state, context, now)
  );
}

function abort(state: Releasing): Decision | undefined {
  const intent = pending(state, 'AbortRequested');
  return intent && { type: 'ReleaseFailed', data: { reason: askedBy('aborted', 'aborted while the workload was handed back', intent) } };
}

function carryOn(state: Releasing, context: Context, now: number): Decision | undefined {
  const { current } = state;
  if (current === null) return startNext(state) ?? handedBack(state);
  return failed(state, current, context, now) ?? completeIfDone(state, current, context, now);
}

const handedBack = ({ request: { workload } }: Releasing): Decision => ({
  type: 'ReleaseHandedBack',
  data: { reason: reason('handed_back', 'plan', `Alloy no longer manages Deployment ${workload}; the next release adopts it again`) },
});

/** Ends where a release would be rolled back. */
function failed(state: Releasing, current: Current, context: Context, now: number): Decision | undefined {
  const found = failure(state, current, context, now);
  return found && { type: 'ReleaseFailed', data: { ...found } };
}
