import type { ScaleBaselineStep } from '../plan';
import { reason } from '../reasons/reason';
import { pods, type StepKindRules } from './step-kind';

/** The executor waits for its pods: what they do is no failure of the canary. */
export const scaleBaseline: StepKindRules<ScaleBaselineStep> = {
  hasEffect: true,
  watched: 'no',
  deadlineFrom: 'progress',
  isSkippable: false,
  place: 'baseline',
  doneReason: ({ spec: { replicas } }) =>
    reason('step_done', 'step.scaleBaseline', replicas === 0 ? 'the baseline is removed' : `${pods(replicas)} of the baseline`, {
      baseline: replicas,
    }),
  waitedFor: ({ spec: { replicas } }, workload) =>
    replicas === 0
      ? `Deployment ${workload}-baseline to be removed`
      : `${pods(replicas)} of Deployment ${workload}-baseline, which runs the stable version`,
};
