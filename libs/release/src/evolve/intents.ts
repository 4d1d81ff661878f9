import type { EventOf } from '../events';
import type { PendingIntent, Recorded, State } from '../state';

type IntentEvent = Recorded<EventOf<PendingIntent['type']>>;

/** An intent stays pending until a decision answers it. */
export function intentRequested(state: State, event: IntentEvent): State {
  if (state.status === 'none') return state;
  const { id, version, type, actor } = event;
  const { full = false } = event.type === 'PromotionRequested' ? event.data : {};
  const { step } = event.type === 'PromotionRequested' || event.type === 'ResumeRequested' ? event.data : {};
  const intent = { id, version, type, actor, reason: event.data.reason, full, ...(step !== undefined && { step }) };
  return { ...state, intents: [...state.intents, intent] };
}

export function intentRefused(state: State, event: Recorded<EventOf<'IntentRefused'>>): State {
  return state.status === 'none' ? state : { ...state, intents: state.intents.filter(({ id }) => id !== event.data.intent) };
}

/** The intents without those that a decision has answered. */
export const withoutAnswered = (intents: readonly PendingIntent[], by: (intent: PendingIntent) => boolean): readonly PendingIntent[] =>
  intents.filter((intent) => !by(intent));

/** The intents without the oldest of a type: pause and resume are answered one by one, in order. */
export function withoutFirst(intents: readonly PendingIntent[], type: PendingIntent['type']): readonly PendingIntent[] {
  const first = intents.findIndex((intent) => intent.type === type);
  return intents.filter((_, index) => index !== first);
}
