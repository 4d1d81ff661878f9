import type { EndedState, RunningState, State, UnplannedState } from './state';
import { statusesOf, statusTraits, type TimedState } from './status-traits';

/** Statuses of releases that wait for the slot or for their plan. */
export const unplannedStatuses = statusesOf('unplanned') satisfies readonly UnplannedState['status'][];
/** Statuses of releases that have changed, or may change, the cluster. */
export const runningStatuses = statusesOf('running') satisfies readonly RunningState['status'][];
/** Final statuses. */
export const endedStatuses = statusesOf('ended') satisfies readonly EndedState['status'][];

export const isUnplanned = (state: State): state is UnplannedState => statusTraits[state.status].phase === 'unplanned';

export const isRunning = (state: State): state is RunningState => statusTraits[state.status].phase === 'running';

export const isEnded = (state: State): state is EndedState => statusTraits[state.status].phase === 'ended';

/** Whether a running release waits for a user to let it continue: nothing is written and no time counts. */
export const isSuspended = (state: State): state is Extract<State, { status: 'paused' | 'held' }> =>
  state.status === 'paused' || state.status === 'held';

/** Whether time alone can make a decision due. */
export const isTimed = (state: State): state is TimedState => statusTraits[state.status].clock === 'runs';
