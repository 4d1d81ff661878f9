import type { EventOf } from '../events';
import type { Current, Recorded, State } from '../state';
import { isoOf, msOf } from '../time';
import { answeredFirst } from './intents';

export function releasePaused(state: State, event: Recorded<EventOf<'ReleasePaused'>>): State {
  if (state.status !== 'releasing') return state;
  return { ...state, status: 'paused', pausedAt: event.occurredAt, pauseReason: event.data.reason, intents: answeredFirst(state.intents, 'PauseRequested') };
}

/** The step's clocks go on where they stood: both are moved by the length of the pause. */
export function releaseResumed(state: State, event: Recorded<EventOf<'ReleaseResumed'>>): State {
  if (state.status !== 'paused') return state;
  const { pausedAt, pauseReason: _, ...planned } = state;
  const intents = event.data.reason.code === 'resumed_by_person' ? answeredFirst(state.intents, 'ResumeRequested') : state.intents;
  return { ...planned, status: 'releasing', intents, current: planned.current && later(planned.current, msOf(event.occurredAt) - msOf(pausedAt)) };
}

const later = (current: Current, ms: number): Current => ({
  ...current,
  startedAt: isoOf(msOf(current.startedAt) + ms),
  progressedAt: isoOf(msOf(current.progressedAt) + ms),
});
