import { evolve } from './evolve';
import { initialState } from './initial-state';
import type { Identity, Recorded, State } from './state';

/** The state after a stream's events, oldest first. */
export const fold = (identity: Identity, events: readonly Recorded[]): State => events.reduce(evolve, initialState(identity) as State);
