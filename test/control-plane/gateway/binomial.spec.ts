import { isPlausible } from './binomial';

describe('the plausibility of a measured share', () => {
  it('accepts the expected number and a usual deviation from it', () => {
    for (const hits of [680, 640, 720]) expect(isPlausible({ hits, requests: 4_000 }, 0.17)).toBe(true);
  });

  // P(X <= 565) = 4.08e-7, P(X <= 566) = 5.11e-7, P(X >= 799) = 5.15e-7, P(X >= 800) = 4.20e-7.
  it.each([
    [565, false],
    [566, true],
    [799, true],
    [800, false],
  ])('of 4,000 requests at 17 %% it finds %i plausible: %s', (hits, plausible) => {
    expect(isPlausible({ hits, requests: 4_000 }, 0.17)).toBe(plausible);
  });

  it('rejects the share of the next percent after 20,000 requests', () => {
    expect(isPlausible({ hits: 3_400, requests: 20_000 }, 0.19)).toBe(false);
  });

  it('accepts no exception from none or all', () => {
    expect([0, 1].map((hits) => isPlausible({ hits, requests: 10 }, 0))).toEqual([true, false]);
    expect([9, 10].map((hits) => isPlausible({ hits, requests: 10 }, 1))).toEqual([false, true]);
  });
});
