import type { ReasonCode } from './events';
import { canSkip } from './decide/held';
import { isEnded } from './guards';
import { handsBack } from './plan';
import { promotedStep } from './promoted-step';
import { isSkippable } from './step-rules';
import type { PendingIntent, State, StateOf } from './state';

/** A refusal code, and one sentence without user data. */
export interface IntentRefusal {
  readonly code: Extract<ReasonCode, 'too_late' | 'not_running' | 'not_paused' | 'paused_by_person' | 'nothing_to_promote'>;
  readonly why: string;
}

/**
 * Why this intent cannot be carried out in the current state, for an immediate answer; undefined: it can.
 * `full`: of a promotion. The answer equals what the planner would record as `IntentRefused`; the planner still refuses
 * an intent that loses a race.
 */
export function refusalOfIntent(state: State, type: PendingIntent['type'], full = false): IntentRefusal | undefined {
  if (isEnded(state)) return { code: 'too_late', why: 'The release has ended.' };
  switch (state.status) {
    case 'none':
    case 'requested':
    case 'queued':
    case 'gated':
      return type === 'AbortRequested' ? undefined : { code: 'not_running', why: 'The release has not begun.' };
    case 'releasing':
      if (handsBack(state)) return type === 'AbortRequested' ? undefined : { code: 'too_late', why: 'The workload is being handed back.' };
      if (type === 'ResumeRequested')
        return state.current?.spec.kind === 'pause' || waits(state, 'PauseRequested')
          ? undefined
          : { code: 'not_paused', why: 'The release is not paused.' };
      return type === 'PromotionRequested' ? nothingToPromote(state, full) : undefined;
    case 'paused':
      if (type === 'PauseRequested')
        return waits(state, 'ResumeRequested', 'PromotionRequested')
          ? undefined
          : { code: 'paused_by_person', why: 'The release is paused already.' };
      return type === 'PromotionRequested' ? nothingToPromote(state, full) : undefined;
    case 'scalingDown':
      return type === 'AbortRequested'
        ? undefined
        : { code: 'too_late', why: 'The canary is being scaled down: resume, promote or abort the release once it is held.' };
    case 'held':
      return refusalWhileHeld(state, type, full);
    case 'promoting':
    case 'baking':
      return type === 'AbortRequested' ? undefined : { code: 'too_late', why: 'The release is being promoted.' };
    case 'rollingBack':
      return { code: 'too_late', why: 'The release is being rolled back.' };
  }
}

function refusalWhileHeld(state: StateOf<'held'>, type: PendingIntent['type'], full: boolean): IntentRefusal | undefined {
  if (type === 'PauseRequested') return { code: 'too_late', why: 'The release is held: resume, promote or abort it.' };
  if (type !== 'PromotionRequested') return undefined;
  if (state.heldFrom !== 'releasing') return { code: 'too_late', why: 'The release is being promoted: resume it.' };
  return canSkip(state, full)
    ? undefined
    : { code: 'nothing_to_promote', why: 'The failed step can not be skipped: resume it, or promote the release fully.' };
}

/** Whether one of these intents is still unanswered: the new intent may apply after it. */
const waits = ({ intents }: Extract<State, { status: 'releasing' | 'paused' }>, ...types: readonly PendingIntent['type'][]): boolean =>
  intents.some(({ type }) => types.includes(type));

function nothingToPromote(state: StateOf<'releasing' | 'paused'>, full: boolean): IntentRefusal | undefined {
  if (!state.plan.steps.slice(Math.max(state.done, state.redo?.until ?? 0)).some(isSkippable))
    return { code: 'nothing_to_promote', why: 'No analysis or pause is left to skip.' };
  return full || promotedStep(state) !== undefined
    ? undefined
    : { code: 'nothing_to_promote', why: 'No analysis or pause is in progress: promote it when one begins, or promote the release fully.' };
}
