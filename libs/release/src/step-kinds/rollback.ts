import { reason } from '../reasons/reason';
import type { RollbackSpec } from '../current';
import { pods, type StepKindRules } from './step-kind';

/** No step of a plan, but carried out like one. */
export const rollback: StepKindRules<RollbackSpec> = {
  hasEffect: true,
  watched: 'throughout',
  deadlineFrom: 'progress',
  isSkippable: false,
  place: 'workload',
  doneReason: () => reason('step_done', 'step.rollback', 'rollback is done'),
  waitedFor: ({ spec: { to, replicas } }, workload) =>
    to === null
      ? `Deployment ${workload}-canary to be removed`
      : `${pods(replicas)} of ${to.imageTag} in Deployment ${workload}, and the pods of ${workload}-canary to end`,
};
