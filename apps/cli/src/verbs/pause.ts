import { intentVerb } from './intent-verb';

export const verb = intentVerb({
  name: 'pause',
  summary: 'Pause a release at its current step',
  example: "alloy pause --reason 'looking at a graph'",
  ask: () => ({ message: 'requested to pause' }),
});
