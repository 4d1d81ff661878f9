import { defaultStages, policySchema } from './policy';

describe('the policy', () => {
  it('has a default for everything', () => {
    expect(policySchema.parse({})).toEqual({
      namespace: 'default', stages: defaultStages, progressDeadline: 600, onFirstFailure: 'keep', whenBusy: 'latestOnly',
      analysis: { mode: 'metrics', minRequests: 50, maxErrorRate: 0.01, maxErrorRateIncrease: 0.01 },
      notify: [], allow: [], resolveDigest: false, trust: [],
    });
  });

  it.each([
    ['decreasing weights', { stages: [{ weight: 50, duration: 5 }, { weight: 20, duration: 5 }] }],
    ['a weight over 100', { stages: [{ weight: 101, duration: 5 }] }],
    ['a weight of NaN', { stages: [{ weight: Number.NaN, duration: 5 }] }],
    ['no stages', { stages: [] }],
    ['a duration of 0', { stages: [{ weight: 5, duration: 0 }] }],
    ['an endless duration', { stages: [{ weight: 5, duration: 3.6e12 }] }],
    ['a deadline before the end', { stages: [{ weight: 5, duration: 10, deadline: 9 }] }],
    ['an unknown key', { stagse: [] }],
    ['a bad namespace', { namespace: '../../etc' }],
  ])('refuses %s', (_, policy) => expect(policySchema.safeParse(policy).success).toBe(false));
});
