import * as fc from 'fast-check';
import { nextRollingScales, proportionalScales, resolveBounds, type Scalable } from './rolling-update';

const of = (name: string, replicas: number, available = replicas): Scalable => ({ name, replicas, available });

describe('bounds of a rolling update', () => {
  it('rounds a surge up and unavailability down', () => expect(resolveBounds(5, '25%', '25%')).toEqual({ maxSurge: 2, maxUnavailable: 1 }));
  it('keeps absolute numbers', () => expect(resolveBounds(5, 1, 0)).toEqual({ maxSurge: 1, maxUnavailable: 0 }));
  it('allows one unavailable pod if the rollout could not progress otherwise', () =>
    expect(resolveBounds(5, 0, '10%')).toEqual({ maxSurge: 0, maxUnavailable: 1 }));
});

describe('next step of a rolling update', () => {
  const bounds = { maxSurge: 1, maxUnavailable: 0 };
  it('grows the new ReplicaSet as far as the surge allows', () =>
    expect(nextRollingScales(5, bounds, of('new', 0), [of('old', 5)])).toEqual(new Map([['new', 1]])));
  it('waits for the new pod', () => expect(nextRollingScales(5, bounds, of('new', 1, 0), [of('old', 5)])).toEqual(new Map()));
  it('shrinks the old ReplicaSet when the new pod is available', () =>
    expect(nextRollingScales(5, bounds, of('new', 1), [of('old', 5)])).toEqual(new Map([['old', 4]])));
  it('removes unavailable old pods first', () =>
    expect(nextRollingScales(5, bounds, of('new', 1), [of('fine', 4), of('broken', 1, 0)])).toEqual(new Map([['broken', 0]])));
  it('handles an outdated status', () =>
    expect(nextRollingScales(5, bounds, of('new', 1), [of('old', 4, 5)])).toEqual(new Map([['new', 2]])));

  it('never violates availability and surge, and terminates', () => {
    const small = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 0, max: 4 }),
        small,
        (desired, surge, unavailable, running) => {
          const bounds = resolveBounds(desired, surge, unavailable);
          let fresh = of('new', 0);
          let old = [of('old', Math.min(running, desired + bounds.maxSurge))];
          for (let step = 0; step < 100; step++) {
            const availableBefore = fresh.available + old[0]!.available;
            const scales = nextRollingScales(desired, bounds, fresh, old);
            if (scales.size === 0) break;
            fresh = of('new', scales.get('new') ?? fresh.replicas);
            old = [of('old', scales.get('old') ?? old[0]!.replicas)];
            expect(fresh.replicas + old[0]!.replicas).toBeLessThanOrEqual(desired + bounds.maxSurge);
            expect(fresh.available + old[0]!.available).toBeGreaterThanOrEqual(Math.min(availableBefore, desired - bounds.maxUnavailable));
          }
          expect([fresh.replicas, old[0]!.replicas]).toEqual([desired, 0]);
        },
      ),
    );
  });
});

describe('scaling in the middle of a rollout', () => {
  /** `max`: pods of all, with the surge, before. */
  const sized = (name: string, replicas: number, max: number) => ({ ...of(name, replicas), max });
  const scaled = (desired: number, ...sets: ReadonlyArray<ReturnType<typeof sized>>) =>
    Object.fromEntries(proportionalScales(desired, { maxSurge: 1, maxUnavailable: 0 }, sets));

  // As kube-controller-manager 1.37.2 does.
  it.each([
    [5, 10, { old: 5, new: 6 }],
    [5, 2, { old: 1, new: 2 }],
    [5, 0, { old: 0, new: 0 }],
  ])('distributes %i to %i pods by size, the newest ReplicaSet first if they grow and last if they shrink', (before, after, expected) =>
    expect(scaled(after, sized('old', 3, before + 1), sized('new', 3, before + 1))).toEqual(expected));

  it('keeps the sum', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (desired, a, b) => {
        const sizes = Object.values(scaled(desired, sized('a', a, a + b), sized('b', b, a + b)));
        expect(sizes.reduce((sum, each) => sum + each, 0)).toBe(desired + 1);
        expect(sizes.every((each) => each >= 0)).toBe(true);
      }),
    ));
});
