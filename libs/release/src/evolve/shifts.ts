import type { EventOf } from '../events';
import { isRunning } from '../guards';
import type { Recorded, RunningState, State } from '../state';
import { sameRef } from '../step-ref';
import { hasEffect } from '../step-rules';
import { isFatalDrift } from '../traffic-drift';

/** One that a shift cannot repair supersedes one that it can. What only a controller reports stops nothing. */
export function trafficDrifted(state: State, { data, occurredAt }: Recorded<EventOf<'TrafficDrifted'>>): State {
  if (!isRunning(state) || state.current === null || !sameRef(state.current.ref, data) || data.cause === 'reported') return state;
  // A step that writes sets the traffic itself.
  if (hasEffect(state.current.spec)) return state;
  const { trafficDrift: known } = state.current;
  if (known && !(isFatalDrift(data) && !isFatalDrift(known))) return state;
  const { object, cause, manager, expected, found, fields, canRestore } = data;
  const at = state.status === 'paused' ? state.pausedAt : occurredAt;
  const trafficDrift = { object, cause, manager, expected, found, fields, canRestore, at };
  return { ...state, current: { ...state.current, trafficDrift } } satisfies RunningState;
}

/** The next step is the shift again. */
export function shiftRepeated(state: State, { data }: Recorded<EventOf<'ShiftRepeated'>>): State {
  if (state.status !== 'releasing' || state.current === null || !sameRef(state.current.ref, data)) return state;
  const { ref } = state.current;
  const count = 1 + (state.repeats?.step === ref.step ? state.repeats.count : 0);
  return {
    ...state,
    done: data.shift,
    current: null,
    attempts: state.lastShift?.step === data.shift ? state.lastShift.attempt : 0,
    repeats: { step: ref.step, attempts: ref.attempt, count, isOpen: true },
  };
}

/** Where the release continues after a step: a repeated shift leads back to the step in which it was needed. */
export function afterRepeats<S extends RunningState>({ repeats, ...state }: S, step: number): S {
  if (!repeats?.isOpen) return { ...state, done: step + 1 } as unknown as S;
  return { ...state, done: repeats.step, attempts: repeats.attempts, repeats: { ...repeats, isOpen: false } } as unknown as S;
}
