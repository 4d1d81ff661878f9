import type { SetMirrorRouteStep } from '../plan';
import { reason } from '../reasons/reason';
import { pods, type StepKindRules } from './step-kind';

export const setMirrorRoute: StepKindRules<SetMirrorRouteStep> = {
  hasEffect: true,
  watched: 'no',
  deadlineFrom: 'progress',
  isSkippable: false,
  place: 'canary',
  doneReason: ({ spec: { name, percentage } }) => {
    const text = percentage === null
      ? `mirror route ${name} is removed`
      : `mirror route ${name} copies ${percentage} % of its requests to the canary`;
    return reason('step_done', 'step.setMirrorRoute', text, { name, percentage });
  },
  waitedFor: ({ spec: { name, percentage, split } }, workload) =>
    percentage === null
      ? `mirror route ${name} to be removed`
      : `${pods(split.canary)} of Deployment ${workload}-canary, and mirror route ${name}`,
};
