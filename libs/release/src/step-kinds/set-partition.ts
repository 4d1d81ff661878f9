import type { SetPartitionStep } from '../plan';
import { reason } from '../reasons/reason';
import { pods, type StepKindRules } from './step-kind';

export const setPartition: StepKindRules<SetPartitionStep> = {
  hasEffect: true,
  watched: 'throughout',
  deadlineFrom: 'progress',
  isSkippable: false,
  place: 'workload',
  doneReason: ({ spec: { split, weight } }, { reached }) =>
    reason(
      'step_done',
      'step.setPartition',
      `${pods(split.canary)} of the new version beside ${split.stable} of the old one (${weight} % requested)`,
      { asked: weight, reached, canary: split.canary, stable: split.stable },
    ),
  waitedFor: ({ spec: { split } }, workload) =>
    `${pods(split.canary)} of the new version in Deployment ${workload}, and its old pods to shrink to ${split.stable}`,
};
