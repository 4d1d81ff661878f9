import fc from 'fast-check';
import { partition, unavailablePercent } from './partition';

const upTo = (max: number) => fc.integer({ min: 1, max });
const text = (replicas: number, weight: number, surge: number): string => {
  const { split, maxSurge } = partition(replicas, weight, surge);
  return `${split.canary}+${split.stable} surge ${maxSurge}`;
};

describe('the partition of a rolling update', () => {
  it.each([
    [5, 20, 1, '1+5 surge 1'],
    [5, 50, 1, '3+3 surge 1'],
    [5, 83, 1, '5+1 surge 1'],
    [5, 100, 1, '5+0 surge 1'],
    [5, 20, 2, '1+5 surge 1'],
    [5, 50, 2, '4+3 surge 2'],
    [5, 40, 0, '2+3 surge 0'],
    [1, 50, 1, '1+1 surge 1'],
    [1, 100, 1, '1+0 surge 1'],
  ])('has the nearest whole pods: %i pods at %i %% with %i more are %s', (replicas, weight, surge, expected) =>
    expect(text(replicas, weight, surge)).toBe(expected));

  it('has at least one new pod, all pods that the surge allows, and is what Kubernetes makes of its percentage', () => {
    fc.assert(
      fc.property(upTo(300), upTo(100), fc.integer({ min: 0, max: 50 }), (n, weight, surge) => {
        const { split: { canary, stable }, maxSurge } = partition(n, weight, surge);
        expect(canary).toBeGreaterThanOrEqual(surge === 0 && weight < 100 ? Math.min(1, canary) : 1);
        expect(canary).toBeLessThanOrEqual(n);
        expect(canary).toBe(Math.min(n, maxSurge + n - stable));
        expect(Math.floor((unavailablePercent(n - stable, n) * n) / 100)).toBe(n - stable);
        if (n <= 100 && weight < 100) expect(Math.abs(canary - (weight * (n + surge)) / 100)).toBeLessThanOrEqual(Math.max(1, surge));
      }),
    );
  });
});
