import type { SetHeaderRouteStep } from '../plan';
import { reason } from '../reasons/reason';
import { pods, type StepKindRules } from './step-kind';

export const setHeaderRoute: StepKindRules<SetHeaderRouteStep> = {
  hasEffect: true,
  watched: 'no',
  deadlineFrom: 'progress',
  isSkippable: false,
  place: 'canary',
  doneReason: ({ spec: { name, match } }) => {
    const text = match ? `the requests of header route ${name} go to the canary` : `header route ${name} is removed`;
    return reason('step_done', 'step.setHeaderRoute', text, { name, matches: match?.length ?? 0 });
  },
  waitedFor: ({ spec: { name, match, split } }, workload) =>
    match ? `${pods(split.canary)} of Deployment ${workload}-canary, and header route ${name}` : `header route ${name} to be removed`,
};
