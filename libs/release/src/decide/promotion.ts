import { askedBy } from '../reasons/asked-by';
import type { Decision } from '../context';
import type { PendingIntent, StateOf } from '../state';
import { pending, refuse } from './intents';
import { promotedStep } from '../promoted-step';
import { isSkippable } from '../step-rules';
import { endPause } from './pause-step';
import { complete } from './steps';

type Releasing = StateOf<'releasing'>;

/**
 * A user overrides the analysis or ends a pause: `full` skips all remaining steps and promotes; otherwise only the
 * analysis of the current stage is skipped, also if that stage is still scaling, or the current pause ends. In any case
 * the objects that the new version needs are applied first.
 */
export function promotion(state: Releasing): Decision | undefined {
  const full = state.intents.find((intent) => intent.type === 'PromotionRequested' && intent.full);
  const intent = full ?? pending(state, 'PromotionRequested');
  if (intent === undefined) return undefined;
  const left = state.plan.steps.slice(Math.max(state.done, state.redo?.until ?? 0)).filter(isSkippable);
  if (left.length === 0) return refuse(intent, 'nothing_to_promote', 'no analysis or pause is left to skip');
  if (full) return skipRest(state, full, left.filter((step) => step.kind === 'analyse').length);
  // The step that the user saw has ended meanwhile: the next one must not be skipped in its place.
  if (intent.step !== undefined && intent.step < state.done) return refuse(intent, 'too_late', 'its step has ended');
  // The next step starts first: it may be the one. So does the failed one, after those before it.
  if (state.current === null || state.current.ref.step < (state.redo?.until ?? 0)) return undefined;
  const step = promotedStep(state);
  if (step === undefined || (intent.step !== undefined && intent.step !== step))
    return refuse(intent, 'nothing_to_promote', 'no analysis or pause is in progress');
  return state.current.ref.step === step ? skipOne(state, intent) : undefined;
}

function skipRest(state: Releasing, intent: PendingIntent, left: number): Decision | undefined {
  if (state.done === 0) return undefined;
  if (state.current)
    return complete(
      state.current,
      askedBy('skipped_by_person', `${state.current.spec.kind} ended early`, intent, { step: state.current.spec.kind }),
    );
  return {
    type: 'PromotionDecided',
    data: { reason: askedBy('skipped_by_person', `promoted with ${left} analyses skipped`, intent, { skipped: left }) },
  };
}

function skipOne({ current }: Releasing, intent: PendingIntent): Decision | undefined {
  if (current?.spec.kind === 'pause') return endPause(current, 'promoted_by_person', intent);
  if (current?.spec.kind !== 'analyse') return undefined;
  const { weight } = current.spec;
  return complete(
    current,
    askedBy('skipped_by_person', `analysis at ${weight} % skipped`, intent, {
      weight,
      verdict: current.verdict?.verdict ?? null,
      verdictCode: current.verdict?.code ?? null,
    }),
  );
}
