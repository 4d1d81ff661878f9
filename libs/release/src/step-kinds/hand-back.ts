import type { HandBackStep } from '../plan';
import { reason } from '../reasons/reason';
import { pods, type StepKindRules } from './step-kind';

export const handBack: StepKindRules<HandBackStep> = {
  hasEffect: true,
  watched: 'no',
  deadlineFrom: 'progress',
  isSkippable: false,
  place: 'workload',
  doneReason: () => reason('step_done', 'step.handBack', "Alloy's labels, annotations and field managers are gone, and no pod restarted"),
  waitedFor: ({ spec }, workload) =>
    `${pods(spec.replicas)} of Deployment ${workload}, and Deployment ${workload}-canary to be removed`,
};
