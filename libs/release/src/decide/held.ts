import { askedBy } from '../reasons/asked-by';
import { isSkippable } from '../step-rules';
import type { Context, Decision } from '../context';
import type { PendingIntent, StateOf } from '../state';
import { pending, refuse } from './intents';
import { abort } from './rollback';
import { restoreStable } from './stable-again';
import { preempt } from './supersede';

type Held = StateOf<'held'>;

/**
 * Waits until a user decides. A newer release does not supersede it, because that would roll it back, which its policy
 * leaves to a user; a manual rollback, and a request of the stable version, do.
 */
export const held = (state: Held, context: Context): Decision | undefined =>
  abort(state) ?? preempt(state, context) ?? answer(state) ?? restoreStable(state, context);

function answer(state: Held): Decision | undefined {
  const intent = pending(state, 'PromotionRequested', 'PauseRequested', 'ResumeRequested');
  if (intent === undefined) return undefined;
  // Its user did not know of the failure; carrying it out could fail and repeat for ever.
  if (intent.version < state.held) return refuse(intent, 'too_late', 'the release was held meanwhile');
  switch (intent.type) {
    case 'ResumeRequested':
      return resumed(state, intent, 'resumed_by_person', 'resumed, to try the failed step again,');
    case 'PromotionRequested':
      return promoted(state, intent);
    default:
      return refuse(intent, 'too_late', 'the release is held');
  }
}

/** Whether a promotion can skip the failed step, or (`full`) an analysis or pause from it on. */
export function canSkip({ plan, done, current }: Held, full: boolean): boolean {
  return full ? plan.steps.slice(done).some(isSkippable) : current !== null && isSkippable(current.spec);
}

/** The resumed release carries out the promotion. */
function promoted(state: Held, intent: PendingIntent): Decision {
  if (state.heldFrom !== 'releasing') return refuse(intent, 'too_late', 'the release is being promoted: resume it');
  if (!canSkip(state, intent.full))
    return refuse(intent, 'nothing_to_promote', 'the failed step can not be skipped: resume it, or promote the release fully');
  return resumed(state, intent, 'skipped_by_person', 'resumed for a promotion requested');
}

const resumed = (
  { heldFrom }: Held, intent: PendingIntent, code: 'skipped_by_person' | 'resumed_by_person', text: string,
): Decision => ({
  type: 'ReleaseResumed',
  data: { reason: askedBy(code, text, intent), ...(heldFrom !== 'releasing' && { to: heldFrom }) },
});
