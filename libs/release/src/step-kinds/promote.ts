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
  isSettled: ({ spec: { replicas, waits }, effectDone, ready }) => effectDone && (waits === false || replicas === 0 || ready),
  doneReason: ({ spec: { replicas, waits }, workload }) => {
    const text = waits === false
      ? 'the new version replaces the old one pod by pod, and the release does not wait for it (emergency)'
      : `${replicas} pods of the new version are ready and receive all traffic`;
    return reason('step_done', 'step.promote', text, { replicas, ready: workload?.ready ?? null });
  },
  waitedFor: ({ spec: { replicas, waits }, effectDone }, workload) =>
    waits === false
      ? `Deployment ${workload} to be replaced`
      : `${effectDone ? '' : `Deployment ${workload} to be replaced, and `}${pods(replicas)} of the new version`,
};
