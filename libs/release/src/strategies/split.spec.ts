import fc from 'fast-check';
import { defaultStages } from '../policy';
import { split } from './split';

const replicas = fc.integer({ min: 1, max: 10_000 });
const weight = fc.double({ min: 0, max: 100, noNaN: true, minExcluded: true });

describe('split by pod ratio', () => {
  it("equals the original's 1+5, 3+3, 5+1 at five pods", () => {
    expect(defaultStages.map((stage) => split(5, stage, false))).toEqual([
      { canary: 1, stable: 5 },
      { canary: 3, stable: 3 },
      { canary: 5, stable: 1 },
    ]);
  });

  it.each([
    [1, 17, 1, 1],
    [1, 100, 1, 1],
    [2, 50, 2, 1],
    [3, 17, 1, 3],
    [10, 50, 6, 5],
    [10, 100, 10, 1],
    [100, 1, 1, 100],
  ])('of %d pods at %d %% is %d+%d', (n, percent, canary, stable) => {
    expect(split(n, { weight: percent }, false)).toEqual({ canary, stable });
  });

  it('always has N+1 pods, at least one of each track', () => {
    fc.assert(fc.property(replicas, weight, (n, percent) => {
      const { canary, stable } = split(n, { weight: percent }, false);
      expect(canary + stable).toBe(n + 1);
      expect(canary).toBeGreaterThanOrEqual(1);
      expect(stable).toBeGreaterThanOrEqual(1);
    }));
  });

  it('is the closest split to the weight in whole pods', () => {
    fc.assert(fc.property(replicas, weight, (n, percent) => {
      const { canary } = split(n, { weight: percent }, false);
      const off = Math.abs(canary - (percent / 100) * (n + 1));
      expect(off <= 0.5 + 1e-9 || canary === 1 || canary === n).toBe(true);
    }));
  });

  it('never shrinks the canary as the weight grows', () => {
    fc.assert(fc.property(replicas, weight, weight, (n, a, b) => {
      expect(split(n, { weight: Math.max(a, b) }, false).canary).toBeGreaterThanOrEqual(split(n, { weight: Math.min(a, b) }, false).canary);
    }));
  });
});

describe('split beside an autoscaler', () => {
  it.each([
    [5, 17, undefined, 1],
    [5, 50, undefined, 3],
    [5, 50, 4, 4],
    [10, 83, 1, 9],
  ])('keeps %d stable pods; at %d %% with %p stage replicas the canary has %d', (n, percent, asked, canary) => {
    expect(split(n, { weight: percent, replicas: asked }, true)).toEqual({ canary, stable: n });
  });

  it('gives the canary at least its share of N', () => {
    fc.assert(fc.property(replicas, weight, fc.option(fc.integer({ min: 1, max: 50 }), { nil: undefined }), (n, percent, asked) => {
      const { canary, stable } = split(n, { weight: percent, replicas: asked }, true);
      expect(stable).toBe(n);
      expect(canary).toBeGreaterThanOrEqual((percent / 100) * n);
      expect(canary).toBeGreaterThanOrEqual(asked ?? 1);
    }));
  });
});
