import type { ApplyStep } from '../plan';
import { reason } from '../reasons/reason';
import type { StepKindRules } from './step-kind';

export const apply: StepKindRules<ApplyStep> = {
  hasEffect: true,
  watched: 'no',
  deadlineFrom: 'progress',
  isSkippable: false,
  place: null,
  doneReason: () => reason('step_done', 'step.apply', 'the objects that the new version needs exist'),
  waitedFor: () => 'the objects of the new version to be created',
};
