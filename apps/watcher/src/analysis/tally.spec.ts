import fc from 'fast-check';
import { addReadings, emptyTally, type Reading, type Tally } from './tally';

const reading = (over: Partial<Reading>): Reading =>
  ({ pod: 'web-canary-1', track: 'canary', requests: 0, errors: 0, observedMs: 0, ...over });

const counted = ({ pods }: Tally) =>
  Object.fromEntries([...pods.values()].map(({ pod, track, counted: counts }) => [`${track} ${pod}`, counts]));

describe('addReadings', () => {
  it('counts the requests after the first reading of each pod, by track', () => {
    const first = addReadings(emptyTally, [
      reading({ requests: 100, errors: 9 }), reading({ pod: 'web-1', track: 'stable', requests: 1000 }),
    ]);
    const second = addReadings(first, [
      reading({ requests: 160, errors: 12, observedMs: 1000 }),
      reading({ pod: 'web-1', track: 'stable', requests: 1300, errors: 1, observedMs: 1000 }),
    ]);
    expect(second.observedMs).toBe(1000);
    expect(counted(second)).toEqual({ 'canary web-canary-1': { requests: 60, errors: 3 }, 'stable web-1': { requests: 300, errors: 1 } });
  });

  it('counts from 0 after a restart has reset the counters', () => {
    const first = addReadings(emptyTally, [reading({ requests: 100, errors: 9 })]);
    expect(counted(addReadings(first, [reading({ requests: 7, errors: 2 })]))).toEqual({
      'canary web-canary-1': { requests: 7, errors: 2 },
    });
  });

  it('returns the same tally for all readings at once as for two parts of them', () => {
    const readings = fc.array(
      fc.record({
        pod: fc.constantFrom('a', 'b'),
        track: fc.constantFrom('canary' as const, 'stable' as const),
        requests: fc.nat(1000),
        errors: fc.nat(50),
        observedMs: fc.nat(60_000),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(readings, fc.nat(20), (all, cut) => {
        expect(addReadings(addReadings(emptyTally, all.slice(0, cut)), all.slice(cut))).toEqual(addReadings(emptyTally, all));
      }),
    );
  });
});
