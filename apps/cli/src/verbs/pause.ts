import { intentVerb } from './intent-verb';

export const verb = intentVerb({
  name: 'pause',
  summary: 'Let a release stand still where it is',
  example: "alloy pause --reason 'looking at a graph'",
  told: () => 'asked to pause',
});
