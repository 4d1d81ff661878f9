import { intentVerb } from './intent-verb';

export const verb = intentVerb<{ readonly full?: boolean }>({
  name: 'promote',
  summary: 'End the current step of a release, or with --full skip all that are left',
  example: "alloy promote 01K9ZJ5QX8N4V7R2T6WDYB3CHM --reason 'errors are a known client'\nalloy promote --full",
  options: [['--full', 'skip every step that is left, and promote']],
  body: ({ full = false }) => ({ full }),
  told: ({ full }) => (full ? 'asked to promote' : 'asked to end the current step of'),
});
