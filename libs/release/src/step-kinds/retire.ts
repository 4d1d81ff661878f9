import type { RetireStep } from '../plan';
import { reason } from '../reasons/reason';
import type { StepKindRules } from './step-kind';

export const retire: StepKindRules<RetireStep> = {
  hasEffect: true,
  watched: 'no',
  deadlineFrom: 'progress',
  isSkippable: false,
  place: null,
  doneReason: () => reason('step_done', 'step.retire', 'the canary and leftovers of earlier releases are removed'),
  waitedFor: (_current, workload) => `the shared objects to be updated and Deployment ${workload}-canary to be removed`,
};
