import { intentVerb } from './intent-verb';

export const verb = intentVerb({
  name: 'abort',
  summary: 'End a release and take back what it has done',
  example: "alloy abort --project shop --reason 'customers see errors'",
  told: () => 'asked to abort',
});
