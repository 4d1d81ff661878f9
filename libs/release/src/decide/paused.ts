import { askedBy } from '../reasons/asked-by';
import type { Context, Decision } from '../context';
import type { PendingIntent, StateOf } from '../state';
import { pending, refuse } from './intents';
import { abort } from './rollback';
import { restoreStable } from './stable-again';
import { preempt, supersede } from './supersede';

/** Waits until a user decides or a newer release takes over; findings have no effect until then. */
export function paused(state: StateOf<'paused'>, context: Context): Decision | undefined {
  return (
    abort(state) ??
    preempt(state, context) ??
    promoted(state) ??
    resume(state) ??
    restoreStable(state, context) ??
    supersede(state, context)
  );
}

/** A promotion first resumes the release; the resumed release then carries it out. */
function promoted(state: StateOf<'paused'>): Decision | undefined {
  const intent = pending(state, 'PromotionRequested');
  return intent && resumed(intent, 'skipped_by_person', 'resumed for a promotion requested');
}

function resume(state: StateOf<'paused'>): Decision | undefined {
  const intent = pending(state, 'PauseRequested', 'ResumeRequested');
  if (intent === undefined) return undefined;
  return intent.type === 'PauseRequested'
    ? refuse(intent, 'paused_by_person', 'it is paused already')
    : resumed(intent, 'resumed_by_person', 'resumed');
}

const resumed = (intent: PendingIntent, code: 'skipped_by_person' | 'resumed_by_person', text: string): Decision => ({
  type: 'ReleaseResumed',
  data: { reason: askedBy(code, text, intent) },
});
