import { absenceOf, sinceStart } from '../active-time';
import { withAbsence } from '../reasons/absence';
import type { Context, Decision } from '../context';
import type { EndedState, StateOf } from '../state';
import { refuseAny } from './intents';

/** After its end a release only refuses pending intents; a stuck release also ends once its rollback is finished. */
export const ended = (state: EndedState, context: Context, now: number): Decision | undefined =>
  refuseAny(
    state,
    'too_late',
    `the release has ended (${state.status})`,
    'AbortRequested',
    'PromotionRequested',
    'PauseRequested',
    'ResumeRequested',
  ) ?? (state.status === 'stuck' ? finished(state, context, now) : undefined);

/** The executor finished the rollback after the release had become stuck. */
function finished({ current, stable, rollbackReason }: StateOf<'stuck'>, context: Context, now: number): Decision | undefined {
  if (!current?.effectDone) return undefined;
  return withAbsence(
    { type: stable === null ? 'ReleaseFailed' : 'ReleaseRolledBack', data: { reason: rollbackReason } },
    absenceOf(sinceStart(current), context, now),
  );
}
