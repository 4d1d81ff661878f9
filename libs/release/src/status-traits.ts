import type { State, Status } from './state';

/** Properties of each status; the only list of statuses. */
interface StatusTraits {
  /**
   * `unplanned`: waits for the slot or for its plan. `running`: has changed, or may change, the cluster. `ended`:
   * final.
   */
  readonly phase: 'none' | 'unplanned' | 'running' | 'ended';
  /** Whether deadlines run; they stop while the release waits for users or other releases. */
  readonly clock: 'runs' | 'stands';
}

export const statusTraits = {
  none: { phase: 'none', clock: 'stands' },
  requested: { phase: 'unplanned', clock: 'stands' },
  queued: { phase: 'unplanned', clock: 'stands' },
  gated: { phase: 'unplanned', clock: 'runs' },
  releasing: { phase: 'running', clock: 'runs' },
  paused: { phase: 'running', clock: 'stands' },
  scalingDown: { phase: 'running', clock: 'runs' },
  held: { phase: 'running', clock: 'stands' },
  promoting: { phase: 'running', clock: 'runs' },
  baking: { phase: 'running', clock: 'runs' },
  rollingBack: { phase: 'running', clock: 'runs' },
  rejected: { phase: 'ended', clock: 'stands' },
  superseded: { phase: 'ended', clock: 'stands' },
  aborted: { phase: 'ended', clock: 'stands' },
  promoted: { phase: 'ended', clock: 'stands' },
  rolledBack: { phase: 'ended', clock: 'stands' },
  handedBack: { phase: 'ended', clock: 'stands' },
  failed: { phase: 'ended', clock: 'stands' },
  stuck: { phase: 'ended', clock: 'stands' },
} as const satisfies Readonly<Record<Status, StatusTraits>>;

type Traits = typeof statusTraits;
type WithTrait<K extends keyof StatusTraits, V> = { [S in Status]: Traits[S][K] extends V ? S : never }[Status];

/** The statuses of a phase, in lifecycle order. */
export const statusesOf = <P extends StatusTraits['phase']>(phase: P): readonly WithTrait<'phase', P>[] =>
  (Object.keys(statusTraits) as Status[]).filter((status): status is WithTrait<'phase', P> => statusTraits[status].phase === phase);

/** States of a phase. */
export type StateIn<P extends StatusTraits['phase']> = Extract<State, { status: WithTrait<'phase', P> }>;
/** States in which time alone can make a decision due. */
export type TimedState = Extract<State, { status: WithTrait<'clock', 'runs'> }>;
