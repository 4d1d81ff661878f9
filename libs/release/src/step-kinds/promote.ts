import type { PromoteStep } from '../plan';
import { reason } from '../reasons/reason';
import { pods, type StepKindRules } from './step-kind';

export const promote: StepKindRules<PromoteStep> = {
  hasEffect: true,
  watched: 'untilReady',
  deadlineFrom: 'progress',
  isSkippable: false,
  place: 'workload',
  wantedPods: ({ replicas }) => ({ track: 'stable', replicas }),
  doneReason: ({ spec: { replicas }, workload }) =>
    reason('step_done', 'step.promote', `${replicas} pods of the new version are ready and receive all traffic`, {
      replicas,
      ready: workload?.ready ?? null,
    }),
  waitedFor: ({ spec: { replicas }, effectDone }, workload) =>
    `${effectDone ? '' : `Deployment ${workload} to be replaced, and `}${pods(replicas)} of the new version`,
};
