import type { EventOf } from '../events';
import type { Current } from '../current';
import type { Recorded, State, StateOf } from '../state';
import { isoOf, msOf } from '../time';
import { withoutFirst } from './intents';

export function releasePaused(state: State, event: Recorded<EventOf<'ReleasePaused'>>): State {
  if (state.status !== 'releasing') return state;
  return {
    ...state, status: 'paused', pausedAt: event.occurredAt, pauseReason: event.data.reason,
    intents: withoutFirst(state.intents, 'PauseRequested'),
  };
}

/** The step's clocks continue: both are shifted by the length of the pause. */
export function releaseResumed(state: State, event: Recorded<EventOf<'ReleaseResumed'>>): State {
  if (state.status === 'held') return triedAgain(state, event);
  if (state.status !== 'paused') return state;
  const { pausedAt, pauseReason: _, ...planned } = state;
  const intents = event.data.reason.code === 'resumed_by_person' ? withoutFirst(state.intents, 'ResumeRequested') : state.intents;
  return {
    ...planned, status: 'releasing', intents,
    current: planned.current && later(planned.current, msOf(pausedAt), msOf(event.occurredAt) - msOf(pausedAt)),
  };
}

export function releaseHeld(state: State, event: Recorded<EventOf<'ReleaseHeld'>>): State {
  if (state.status === 'scalingDown') return heldWithoutPods(state, event);
  if (state.status !== 'releasing' && state.status !== 'promoting' && state.status !== 'baking') return state;
  return {
    ...state, status: 'held', held: event.version, heldAt: event.occurredAt, holdReason: event.data.reason, heldFrom: state.status,
  };
}

function heldWithoutPods(state: StateOf<'scalingDown'>, event: Recorded<EventOf<'ReleaseHeld'>>): State {
  const { scaleDownReason: _why, failed: current, ...planned } = state;
  return {
    ...planned, status: 'held', held: event.version, heldAt: event.occurredAt, holdReason: event.data.reason, heldFrom: 'releasing',
    current, isScaledDown: true,
  };
}

/**
 * The failed step starts again, as a further attempt. A canary that was scaled down first gets back its pods, then its
 * traffic: the steps before the failed one are repeated.
 */
function triedAgain(state: StateOf<'held'>, { data }: Recorded<EventOf<'ReleaseResumed'>>): State {
  const { held: _held, heldAt: _at, holdReason: _why, heldFrom: status, isScaledDown, ...planned } = state;
  const intents = data.reason.code === 'resumed_by_person' ? withoutFirst(state.intents, 'ResumeRequested') : state.intents;
  // What has repeated a shift until then is repaired, as far as the user knows.
  const { repeats, ...rest } = planned;
  const { step = 0, attempt = 0 } = state.current?.ref ?? {};
  const again = repeats && { repeats: { ...repeats, count: 0 } };
  if (!isScaledDown) return { ...rest, ...again, status, intents, current: null, attempts: attempt };
  // The step whose shift was being repeated has not passed.
  const interrupted = repeats?.isOpen ? repeats.step : 0;
  // A further attempt for each of them, whichever was repeated before.
  const redo = { until: Math.max(step, state.redo?.until ?? 0, interrupted), attempt: 1 + (state.mostAttempts ?? 1) };
  return { ...rest, status, intents, current: null, done: 0, redo };
}

const later = ({ trafficDrift: _found, ...current }: Current, from: number, ms: number): Current => {
  const moved = (at: string): string => isoOf(msOf(at) + ms);
  return {
    // Meanwhile a user may have repaired the traffic: the watcher compares it again.
    ...current,
    startedAt: moved(current.startedAt),
    progressedAt: moved(current.progressedAt),
    effectDoneAt: current.effectDoneAt && moved(current.effectDoneAt),
    readyAt: current.readyAt && moved(current.readyAt),
    pauses: [...current.pauses, { from, ms }],
  };
};
