import type { EndedState, RunningState, State, UnplannedState } from './state';

/** Statuses of releases that wait for the slot or for their plan. */
export const unplannedStatuses = ['requested', 'queued', 'gated'] as const satisfies readonly UnplannedState['status'][];
/** Statuses of releases that have touched, or may touch, the cluster. */
export const runningStatuses = ['releasing', 'paused', 'promoting', 'baking', 'rollingBack'] as const satisfies readonly RunningState['status'][];

export const isUnplanned = (state: State): state is UnplannedState => (unplannedStatuses as readonly string[]).includes(state.status);

export const isRunning = (state: State): state is RunningState => (runningStatuses as readonly string[]).includes(state.status);

export const isEnded = (state: State): state is EndedState => state.status !== 'none' && !isUnplanned(state) && !isRunning(state);
