import { intentVerb } from './intent-verb';

export const verb = intentVerb({
  name: 'pause',
  summary: 'Pause a release at its current step',
  example: "alloy pause --reason 'looking at a graph'",
  message: () => 'requested to pause',
});
