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
  [{ type: 'HoldPlaced', data: { release: null, reason: 'the sale begins' } }, 'Put staging on hold: the sale begins'],
  [{ type: 'HoldPlaced', data: { release: '01R', reason: null } }, 'Put staging on hold, with the rollback 01R'],
  [{ type: 'HoldLifted', data: { reason: 'v3 has the fix' } }, 'Lifted the hold of staging: v3 has the fix'],
] as const)('describes a project event in one sentence', (event, sentence) => {
  expect(describeProjectEvent(event, 'staging')).toBe(sentence);
});
