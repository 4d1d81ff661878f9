import { askedBy } from '../reasons/asked-by';
import type { Decision, PendingIntent, StateOf } from '../state';
import { pending, refuse } from './intents';
import { complete } from './steps';

type Releasing = StateOf<'releasing'>;

/**
 * A user overrides the analysis: `full` skips all remaining analyses and promotes; otherwise only the analysis of the
 * current stage is skipped,
 * also if that stage is still scaling. In any case the objects that the new version needs are applied first.
 */
export function promotion(state: Releasing): Decision | undefined {
  const full = state.intents.find((intent) => intent.type === 'PromotionRequested' && intent.full);
  const intent = full ?? pending(state, 'PromotionRequested');
  if (intent === undefined) return undefined;
  const left = state.plan.steps.slice(state.done).filter((step) => step.kind === 'analyse').length;
  if (left === 0) return refuse(intent, 'nothing_to_promote', 'no analysis is left to skip');
  return full ? skipRest(state, full, left) : skipOne(state, intent);
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
