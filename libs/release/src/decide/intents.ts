import type { ReasonCode } from '../events';
import { askedBy } from '../reasons/asked-by';
import type { Decision } from '../context';
import type { PendingIntent, State } from '../state';

type Active = Exclude<State, { status: 'none' }>;

const names: Readonly<Record<PendingIntent['type'], string>> = {
  AbortRequested: 'abort', PromotionRequested: 'promotion', PauseRequested: 'pause', ResumeRequested: 'resume',
};

/** The oldest unanswered intent of these types. */
export const pending = (state: Active, ...types: readonly PendingIntent['type'][]): PendingIntent | undefined =>
  state.intents.find(({ type }) => types.includes(type));

/** Refuses an intent that cannot be carried out (any more). */
export const refuse = (intent: PendingIntent, code: ReasonCode, why: string): Decision => ({
  type: 'IntentRefused',
  data: { intent: intent.id, reason: askedBy(code, `${names[intent.type]} refused, ${why}; requested`, intent) },
});

/** Refuses the oldest intent of these types; undefined if there is none. */
export function refuseAny(state: Active, code: ReasonCode, why: string, ...types: readonly PendingIntent['type'][]): Decision | undefined {
  const intent = pending(state, ...types);
  return intent && refuse(intent, code, why);
}
