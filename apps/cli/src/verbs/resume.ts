import { intentVerb } from './intent-verb';

export const verb = intentVerb({
  name: 'resume',
  summary: 'Resume a paused release',
  example: 'alloy resume 01K9ZJ5QX8N4V7R2T6WDYB3CHM',
  message: () => 'requested to resume',
});
