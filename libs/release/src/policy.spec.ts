import { defaultStages, policySchema, storedPolicy } from './policy';

describe('the policy', () => {
  it('has a default for everything', () => {
    expect(policySchema.parse({})).toEqual({
      namespace: 'default', stages: defaultStages, progressDeadline: 600, onFirstFailure: 'keep', whenBusy: 'latestOnly',
      analysis: { mode: 'auto', minRequests: 50, maxErrorRate: 0.01, maxErrorRateIncrease: 0.01 },
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

describe('a stored policy', () => {
  it('that names no analysis mode keeps metrics, the default of its time', () => {
    expect(storedPolicy({ namespace: 'shop' }).analysis).toEqual({ mode: 'metrics', minRequests: 50, maxErrorRate: 0.01, maxErrorRateIncrease: 0.01 });
    expect(storedPolicy({ analysis: { minRequests: 5 } }).analysis).toMatchObject({ mode: 'metrics', minRequests: 5 });
  });
  it.each(['auto', 'metrics', 'health'] as const)('keeps the mode %s that it names', (mode) => expect(storedPolicy({ analysis: { mode } }).analysis.mode).toBe(mode));
  it('that is not there has the defaults of today', () => expect(storedPolicy(null)).toEqual(policySchema.parse({})));
});
