import { differencesOf } from './differences';

describe('the differences of two JSON values', () => {
  it.each<[unknown, unknown, readonly object[]]>([
    [1, 1, []],
    [Number.NaN, Number.NaN, []],
    [1, 2, [{ path: '', recorded: 1, today: 2 }]],
    [null, {}, [{ path: '', recorded: null, today: {} }]],
    [{}, null, [{ path: '', recorded: {}, today: null }]],
    [[], {}, [{ path: '', recorded: [], today: {} }]],
    [{}, [], [{ path: '', recorded: {}, today: [] }]],
    ['a', { a: 1 }, [{ path: '', recorded: 'a', today: { a: 1 } }]],
    [{ a: 1 }, { a: 1 }, []],
    [{ a: 1, b: undefined }, { a: 1 }, []],
    [
      { a: 1 },
      { b: 1 },
      [
        { path: 'a', recorded: 1, today: undefined },
        { path: 'b', recorded: undefined, today: 1 },
      ],
    ],
    [{ reason: { code: 'a', text: 't' } }, { reason: { code: 'b', text: 't' } }, [{ path: 'reason.code', recorded: 'a', today: 'b' }]],
    [
      { steps: [{ n: 1 }, { n: 2 }] },
      { steps: [{ n: 1 }, { n: 3 }, { n: 4 }] },
      [
        { path: 'steps.1.n', recorded: 2, today: 3 },
        { path: 'steps.2', recorded: undefined, today: { n: 4 } },
      ],
    ],
  ])('are listed for %j and %j', (recorded, today, expected) => expect(differencesOf(recorded, today)).toEqual(expected));
});
