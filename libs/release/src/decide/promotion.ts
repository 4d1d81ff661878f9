import { askedBy } from '../reasons/person';
import type { Decision, PendingIntent, StateOf } from '../state';
import { pending, refuse } from './intents';
import { complete } from './steps';

type Releasing = StateOf<'releasing'>;

/**
 * A person's word instead of the analysis: `full` skips all that are left and goes to promotion, else only the current (or, while the
 * stage is still being built up, its coming) one is skipped. What the new version needs is applied first in any case.
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
  if (state.current) return complete(state.current, askedBy('skipped_by_person', `${state.current.spec.kind} cut short`, intent, { step: state.current.spec.kind }));
  return { type: 'PromotionDecided', data: { reason: askedBy('skipped_by_person', `promoted at once, ${left} analyses skipped,`, intent, { skipped: left }) } };
}

function skipOne({ current }: Releasing, intent: PendingIntent): Decision | undefined {
  if (current?.spec.kind !== 'analyse') return undefined;
  const { weight } = current.spec;
  return complete(current, askedBy('skipped_by_person', `analysis at ${weight} % skipped`, intent, { weight, verdict: current.verdict?.verdict ?? null, verdictCode: current.verdict?.code ?? null }));
}
