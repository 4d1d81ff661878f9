import { describeProjectEvent } from './project-events';
import { policySchema } from './project-policy';

const policy = policySchema.parse({});

it.each([
  [{ type: 'ProjectCreated', data: { reason: null } }, 'Created the project'],
  [{ type: 'PolicyChanged', data: { policy, keys: ['stages', 'allow'], reason: null } }, 'Changed the policy of staging: stages, allow'],
  [
    { type: 'PolicyChanged', data: { policy, keys: ['stages'], reason: null, adopted: true } },
    'Recorded the policy of staging, which was stored before policies had versions',
  ],
] as const)('describes a project event in one sentence', (event, sentence) => {
  expect(describeProjectEvent(event, 'staging')).toBe(sentence);
});
