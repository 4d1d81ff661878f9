import { intentVerb } from './intent-verb';

export const verb = intentVerb({
  name: 'resume',
  summary: 'Resume a paused or held release, or end its pause step',
  example: 'alloy resume 01K9ZJ5QX8N4V7R2T6WDYB3CHM',
  needsRelease: () => true,
  ask: (_options, { step, status }) => ({
    ...(status === 'releasing' && step?.kind === 'pause' && { body: { step: step.index } }),
    message: 'requested to resume',
  }),
});
