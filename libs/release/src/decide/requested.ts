import type { Context, Decision, StateOf } from '../state';
import { inTheWay } from './queue';
import { openGate, unplannedIntents, yieldTo } from './unplanned';

/** A new release: its turn at once, or behind somebody. */
export function requested(state: StateOf<'requested'>, context: Context): Decision | undefined {
  const behind = inTheWay(state, context);
  return unplannedIntents(state) ?? (behind === undefined ? openGate(context) : yieldTo(state, behind, context));
}
