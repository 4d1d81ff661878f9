import { intentVerb } from './intent-verb';

export const verb = intentVerb<{ readonly full?: boolean }>({
  name: 'promote',
  summary: 'End the current step of a release, or with --full skip all remaining steps',
  example: "alloy promote 01K9ZJ5QX8N4V7R2T6WDYB3CHM --reason 'errors are a known client'\nalloy promote --full",
  options: [['--full', 'skip all remaining steps and promote']],
  body: ({ full = false }) => ({ full }),
  message: ({ full }) => (full ? 'requested to promote' : 'requested to end the current step of'),
});
