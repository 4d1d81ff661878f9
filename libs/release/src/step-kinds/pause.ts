import type { PauseStep } from '../plan';
import { reason } from '../reasons/reason';
import type { StepKindRules } from './step-kind';

/**
 * Without a duration only a user ends it. The watcher observes the canary meanwhile, so a crash rolls back; while pods
 * cannot start, the pause does not end.
 */
export const pause: StepKindRules<PauseStep> = {
  hasEffect: false,
  watched: 'throughout',
  deadlineFrom: 'blocked',
  isSkippable: true,
  place: null,
  minSeconds: ({ duration }) => duration ?? 0,
  isSettled: ({ spec: { duration }, blocked }) => duration !== null && blocked === null,
  doneReason: ({ spec: { duration, weight } }) =>
    reason('step_done', 'step.pause', `the pause of ${duration} s at ${weight} % is over`, { duration, weight }),
  waitedFor: ({ spec: { duration }, blocked }, workload) => {
    if (blocked) return `the pods of Deployment ${workload}-canary to start`;
    return duration === null ? 'a user to promote or resume the release' : `${duration} s to pass`;
  },
};
