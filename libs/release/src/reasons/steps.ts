import type { Reason } from '../events';
import type { Current, PlannedState } from '../state';
import { reason } from './reason';

/** Effects and observations of a step have all arrived. */
export function doneReason({ spec, workload }: Current, weights: PlannedState['weights']): Reason {
  switch (spec.kind) {
    case 'apply':
      return reason('step_done', 'step.apply', 'what the new version needs is in place');
    case 'scaleCanary':
      return reason('step_done', 'step.scaleCanary', `${spec.split.canary} canary pods are ready`, { canary: spec.split.canary, ready: workload?.ready ?? null });
    case 'shiftTraffic':
      return reason('step_done', 'step.shiftTraffic', `${percent(weights.reached)} of the traffic reaches the canary, ${spec.weight} % asked`, { asked: spec.weight, reached: weights.reached });
    case 'promote':
      return reason('step_done', 'step.promote', `${spec.replicas} pods of the new version are ready and have all the traffic`, { replicas: spec.replicas, ready: workload?.ready ?? null });
    case 'retire':
      return reason('step_done', 'step.retire', 'what earlier versions left is gone');
    case 'analyse':
    case 'rollback':
      return reason('step_done', `step.${spec.kind}`, `${spec.kind} is done`);
  }
}

/** Why the new version may have everything: each analysis passed, or there was none to pass. */
export function promotionReason(state: PlannedState): Reason {
  const steps = state.plan.steps.filter((step) => step.kind === 'analyse');
  const analyses = steps.length;
  const passed = state.verdicts.filter(({ verdict }) => verdict === 'pass').length;
  const skipped = analyses - passed;
  const rest = skipped === 0 ? '' : `, ${skipped} skipped by a person`;
  // Nobody asked for health alone here, so it is said once more where people look.
  const byHealth = steps.some(({ mode, modeChosenBy }) => modeChosenBy !== undefined && mode === 'health') ? ' by health alone (no request metrics were found)' : '';
  const text = analyses === 0 ? 'a rollout goes straight to all pods' : `${passed} of ${analyses} analyses passed${byHealth}${rest}`;
  return reason('all_steps_done', 'plan', text, { analyses, passed, skipped, ...(byHealth && { mode: 'health' }) });
}

const percent = (value: number | null): string => (value === null ? 'an unknown part' : `${Math.round(value * 10) / 10} %`);
