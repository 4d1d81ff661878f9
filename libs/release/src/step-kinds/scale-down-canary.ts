import { reason } from '../reasons/reason';
import type { ScaleDownSpec } from '../current';
import { pods, type StepKindRules } from './step-kind';

/** No step of a plan, but carried out like one. */
export const scaleDownCanary: StepKindRules<ScaleDownSpec> = {
  hasEffect: true,
  watched: 'throughout',
  deadlineFrom: 'progress',
  isSkippable: false,
  place: 'workload',
  doneReason: () => reason('step_done', 'step.scaleDownCanary', 'the canary has no traffic and no pods'),
  waitedFor: ({ spec: { replicas } }, workload) =>
    `${pods(replicas)} of Deployment ${workload}, and the pods of ${workload}-canary to end`,
};
