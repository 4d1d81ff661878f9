import type { Reason } from '../events';
import { askedBy } from '../reasons/person';
import type { Decision, StateOf } from '../state';
import { pending } from './intents';

type Forward = StateOf<'releasing' | 'paused' | 'promoting' | 'baking'>;

/** Back to the stable version with N pods. */
export const rollback = ({ stable, plan }: Forward, why: Reason): Decision => ({
  type: 'RollbackDecided',
  data: { attempt: 1, reason: why, to: stable, replicas: plan.replicas },
});

/** An abort of a running release is a rollback with that reason. */
export function abort(state: Forward): Decision | undefined {
  const intent = pending(state, 'AbortRequested');
  return intent && rollback(state, askedBy('aborted', `aborted while ${state.status}`, intent, { status: state.status, step: state.done }));
}
