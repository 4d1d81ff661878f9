import fc from 'fast-check';
import { addReadings, emptyTally, tallyOf, type Measurement, type Reading } from './tally';

const reading = (over: Partial<Reading>): Reading => ({ uid: 'u', pod: 'web-canary-1', track: 'canary', requests: 0, errors: 0, ...over });

describe('addReadings', () => {
  it('counts what came after the first reading of each pod, by track', () => {
    const first = addReadings(emptyTally, [reading({ requests: 100, errors: 9 }), reading({ uid: 's', track: 'stable', requests: 1000 })], 0).tally;
    const second = addReadings(first, [reading({ requests: 160, errors: 12 }), reading({ uid: 's', track: 'stable', requests: 1300, errors: 1 })], 1000).tally;
    expect(second).toMatchObject({ observedMs: 1000, canary: { requests: 60, errors: 3 }, baseline: { requests: 300, errors: 1 }, canarySeen: true });
  });

  it('counts from 0 after a restart reset the counters', () => {
    const first = addReadings(emptyTally, [reading({ requests: 100, errors: 9 })], 0).tally;
    expect(addReadings(first, [reading({ requests: 7, errors: 2 })], 1000).tally.canary).toEqual({ requests: 7, errors: 2 });
  });

  it('goes on from the recorded rows as if it had never stopped', () => {
    const rounds = fc.array(fc.array(fc.record({ uid: fc.constantFrom('a', 'b'), requests: fc.nat(1000), errors: fc.nat(50) }), { maxLength: 3 }), { maxLength: 8 });
    fc.assert(
      fc.property(rounds, fc.nat(8), (all, cut) => {
        let whole = emptyTally;
        const rows: Measurement[] = [];
        let resumed = emptyTally;
        all.forEach((round, i) => {
          const readings = round.map((r) => reading({ ...r, track: r.uid === 'a' ? 'canary' : 'stable' }));
          const next = addReadings(whole, readings, 1000);
          whole = next.tally;
          rows.push(...next.rows);
          if (i < cut) resumed = tallyOf(rows);
          else resumed = addReadings(resumed, readings, 1000).tally;
        });
        expect(resumed.canary).toEqual(whole.canary);
        expect(resumed.baseline).toEqual(whole.baseline);
      }),
    );
  });
});
