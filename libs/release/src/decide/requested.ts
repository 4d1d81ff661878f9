import type { Context, Decision } from '../context';
import type { StateOf } from '../state';
import { blockedBy } from './queue';
import { openGate, queueBehind, unplannedIntents } from './unplanned';

/** Admits a new release, or queues it behind the release or the hold that blocks it. */
export function requested(state: StateOf<'requested'>, context: Context): Decision | undefined {
  const block = blockedBy(state, context);
  return unplannedIntents(state) ?? (block === undefined ? openGate(context) : queueBehind(state, block, context));
}
