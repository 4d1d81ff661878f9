import type { ScaleCanaryStep } from '../plan';
import { reason } from '../reasons/reason';
import { pods, type StepKindRules } from './step-kind';

export const scaleCanary: StepKindRules<ScaleCanaryStep> = {
  hasEffect: true,
  watched: 'untilReady',
  deadlineFrom: 'progress',
  isSkippable: false,
  place: 'canary',
  wantedPods: ({ split }) => ({ track: 'canary', replicas: split.canary }),
  doneReason: ({ spec: { split }, workload }) =>
    reason('step_done', 'step.scaleCanary', `${split.canary} canary pods are ready`, {
      canary: split.canary,
      ready: workload?.ready ?? null,
    }),
  waitedFor: ({ spec: { split }, effectDone }, workload) =>
    effectDone
      ? `${pods(split.canary)} of Deployment ${workload}-canary`
      : `Deployment ${workload}-canary to be scaled, and ${pods(split.canary)} of it`,
};
