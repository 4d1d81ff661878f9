import type { Reason } from '../events';
import type { Current, PlannedState } from '../state';
import { reason } from './reason';

/** All effects and observations of a step have arrived. */
export function doneReason({ spec, workload }: Current, weights: PlannedState['weights']): Reason {
  switch (spec.kind) {
    case 'apply':
      return reason('step_done', 'step.apply', 'the objects that the new version needs exist');
    case 'scaleCanary':
      return reason('step_done', 'step.scaleCanary', `${spec.split.canary} canary pods are ready`, {
        canary: spec.split.canary,
        ready: workload?.ready ?? null,
      });
    case 'shiftTraffic':
      return reason(
        'step_done',
        'step.shiftTraffic',
        `${percent(weights.reached)} of the traffic reaches the canary (requested: ${spec.weight} %)`,
        { asked: spec.weight, reached: weights.reached },
      );
    case 'promote':
      return reason('step_done', 'step.promote', `${spec.replicas} pods of the new version are ready and receive all traffic`, {
        replicas: spec.replicas,
        ready: workload?.ready ?? null,
      });
    case 'retire':
      return reason('step_done', 'step.retire', 'the canary and leftovers of earlier releases are removed');
    case 'handBack':
      return reason('step_done', 'step.handBack', "Alloy's labels, annotations and field managers are gone, and no pod restarted");
    case 'analyse':
    case 'rollback':
      return reason('step_done', `step.${spec.kind}`, `${spec.kind} is done`);
  }
}

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
  const text = analyses === 0 ? 'a rollout has no analysis' : `${passed} of ${analyses} analyses passed${byHealth}${rest}`;
  return reason('all_steps_done', 'plan', text, { analyses, passed, skipped, ...(byHealth && { mode: 'health' }) });
}

const percent = (value: number | null): string => (value === null ? 'an unknown share' : `${Math.round(value * 10) / 10} %`);
