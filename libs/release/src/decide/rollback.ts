import type { Reason } from '../events';
import { askedBy } from '../reasons/asked-by';
import type { Decision } from '../context';
import type { StateOf } from '../state';
import { pending } from './intents';

type Forward = StateOf<'releasing' | 'paused' | 'scalingDown' | 'held' | 'promoting' | 'baking'>;

/** Rolls back to the stable version with N pods. */
export const rollback = ({ stable, plan }: Forward, why: Reason): Decision => ({
  type: 'RollbackDecided',
  data: { attempt: 1, reason: why, to: stable, replicas: plan.replicas },
});

/** Aborting a running release rolls it back with that reason. */
export function abort(state: Forward): Decision | undefined {
  const intent = pending(state, 'AbortRequested');
  return intent && rollback(state, askedBy('aborted', `aborted while ${state.status}`, intent, { status: state.status, step: state.done }));
}
