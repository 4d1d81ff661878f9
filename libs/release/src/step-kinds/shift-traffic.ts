import type { ShiftTrafficStep } from '../plan';
import { reason } from '../reasons/reason';
import { pods, type StepKindRules } from './step-kind';

export const shiftTraffic: StepKindRules<ShiftTrafficStep> = {
  hasEffect: true,
  watched: 'no',
  deadlineFrom: 'progress',
  isSkippable: false,
  place: 'canary',
  doneReason: ({ spec }, { reached }) =>
    reason(
      'step_done',
      'step.shiftTraffic',
      `${percent(reached)} of the traffic reaches the canary (requested: ${spec.weight} %)`,
      { asked: spec.weight, reached },
    ),
  waitedFor: ({ spec: { split } }, workload) =>
    `${pods(split.canary)} of Deployment ${workload}-canary, and Deployment ${workload} to shrink to ${split.stable}`,
};

const percent = (value: number | null): string => (value === null ? 'an unknown share' : `${Math.round(value * 10) / 10} %`);
