import { intentVerb } from './intent-verb';

export const verb = intentVerb({
  name: 'resume',
  summary: 'Let a paused release go on',
  example: 'alloy resume 01K9ZJ5QX8N4V7R2T6WDYB3CHM',
  told: () => 'asked to resume',
});
