import type { Reason } from '../events';
import { hasCanary, isPartitioned } from '../plan';
import type { PlannedState } from '../state';
import { reason } from './reason';

/** Why the new version is promoted: each analysis passed, or the plan has none. */
export function promotionReason(state: PlannedState): Reason {
  const steps = state.plan.steps.filter((step) => step.kind === 'analyse');
  const analyses = steps.length;
  const passed = state.verdicts.filter(({ verdict }) => verdict === 'pass').length;
  const skipped = analyses - passed;
  const rest = skipped === 0 ? '' : `, ${skipped} skipped by a user`;
  // The policy did not request judging by health alone, so the reason states it.
  const byHealth = steps.some(({ mode, modeChosenBy }) => modeChosenBy !== undefined && mode === 'health')
    ? ' by health alone (no request metrics were found)'
    : '';
  const none = hasCanary(state.plan) || isPartitioned(state.plan)
    ? 'the steps have no analysis: only the health of the pods was observed'
    : 'a rollout has no analysis';
  const text = analyses === 0 ? none : `${passed} of ${analyses} analyses passed${byHealth}${rest}`;
  return reason('all_steps_done', 'plan', text, { analyses, passed, skipped, ...(byHealth && { mode: 'health' }) });
}
