import type { EndedState, RunningState, State, UnplannedState } from './state';

export const isUnplanned = (state: State): state is UnplannedState => state.status === 'requested' || state.status === 'queued' || state.status === 'gated';

export const isRunning = (state: State): state is RunningState =>
  state.status === 'releasing' || state.status === 'paused' || state.status === 'promoting' || state.status === 'baking' || state.status === 'rollingBack';

export const isEnded = (state: State): state is EndedState => state.status !== 'none' && !isUnplanned(state) && !isRunning(state);
