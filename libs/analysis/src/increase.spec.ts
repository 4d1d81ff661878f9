import fc from 'fast-check';
import { countsIncrease, increase, sumCounts } from './increase';

describe('increase', () => {
  it.each([
    [5, 9, 4],
    [5, 5, 0],
    [5, 3, 3],
    [5, 0, 0],
    [0, 0, 0],
    [0, 4, 4],
  ])('from %d to %d is %d', (previous, next, expected) => expect(increase(previous, next)).toBe(expected));

  it.each([
    [Number.NaN, 1],
    [1, Number.NaN],
    [1, Infinity],
    [-1, 1],
    [1, -1],
    [Infinity, 1],
  ])('from %d to %d is NaN', (previous, next) => expect(increase(previous, next)).toBeNaN());

  it('adds up to all counts across restarts, however often the counter is read', () => {
    const life = fc.array(fc.nat(50), { minLength: 1, maxLength: 5 });
    fc.assert(fc.property(fc.array(life, { minLength: 1, maxLength: 4 }), (lives) => {
      // Each process starts at 0 and is read at least once below its predecessor, otherwise the restart cannot be
      // detected.
      const reads = lives.flatMap((steps) => [0, ...steps.map((_, i) => steps.slice(0, i + 1).reduce((a, b) => a + b, 0))]);
      const total = lives.flat().reduce((a, b) => a + b, 0);
      expect(reads.slice(1).reduce((sum, next, i) => sum + increase(reads[i]!, next), 0)).toBe(total);
    }));
  });
});

describe('countsIncrease', () => {
  it('treats a decrease of one counter as a reset of both', () => {
    expect(countsIncrease({ requests: 10, errors: 4 }, { requests: 20, errors: 1 })).toEqual({ requests: 20, errors: 1 });
  });
  it.each([
    [{ requests: 10, errors: 4 }, { requests: 12, errors: 5 }, { requests: 2, errors: 1 }],
    [{ requests: 10, errors: 4 }, { requests: 10, errors: 4 }, { requests: 0, errors: 0 }],
    [{ requests: 10, errors: 4 }, { requests: 9, errors: 4 }, { requests: 9, errors: 4 }],
    [{ requests: 10, errors: 4 }, { requests: 12, errors: 3 }, { requests: 12, errors: 3 }],
  ])('from %j to %j is %j', (previous, next, expected) => expect(countsIncrease(previous, next)).toEqual(expected));
  it('sums over pods', () => {
    expect(sumCounts([{ requests: 10, errors: 4 }, { requests: 20, errors: 1 }])).toEqual({ requests: 30, errors: 5 });
    expect(sumCounts([])).toEqual({ requests: 0, errors: 0 });
  });
});
