import { intentVerb } from './intent-verb';

export const verb = intentVerb({
  name: 'abort',
  summary: 'End a release and roll it back',
  example: "alloy abort --project shop --reason 'customers see errors'",
  ask: () => ({ message: 'requested to abort' }),
});
