import type { Context, Decision } from '../context';
import type { StateOf } from '../state';
import { blockedBy } from './queue';
import { openGate, queueBehind, unplannedIntents } from './unplanned';

/** Admits a new release, or queues it behind the release that blocks it. */
export function requested(state: StateOf<'requested'>, context: Context): Decision | undefined {
  const behind = blockedBy(state, context);
  return unplannedIntents(state) ?? (behind === undefined ? openGate(context) : queueBehind(state, behind, context));
}
