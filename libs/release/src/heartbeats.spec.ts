import { intersect, lengthOf, without, type Span } from './heartbeats';

const spans = (...all: ReadonlyArray<readonly [number, number]>): readonly Span[] => all.map(([from, to]) => ({ from, to }));

describe('spans of time', () => {
  it('have the sum of their lengths', () => {
    expect(lengthOf([])).toBe(0);
    expect(lengthOf(spans([2, 5], [10, 11]))).toBe(4);
  });

  it.each([
    ['overlap', spans([0, 5]), spans([3, 8]), spans([3, 5])],
    ['one lies in the other', spans([0, 9]), spans([3, 5]), spans([3, 5])],
    ['they touch', spans([0, 3]), spans([3, 5]), []],
    ['they are apart', spans([0, 2]), spans([3, 5]), []],
    ['there are several', spans([0, 4], [6, 10]), spans([2, 7], [9, 12]), spans([2, 4], [6, 7], [9, 10])],
    ['one has none', spans([0, 4]), [], []],
  ])('intersect where %s', (_, a, b, both) => {
    expect(intersect(a, b)).toEqual(both);
    expect(intersect(b, a)).toEqual(both);
  });

  it.each([
    ['overlap', spans([0, 5]), spans([3, 8]), spans([0, 3])],
    ['overlap at the start', spans([3, 8]), spans([0, 5]), spans([5, 8])],
    ['the other lies within', spans([0, 9]), spans([3, 5]), spans([0, 3], [5, 9])],
    ['the other covers it', spans([3, 5]), spans([0, 9]), []],
    ['they touch', spans([0, 3]), spans([3, 5]), spans([0, 3])],
    ['they are apart', spans([3, 5]), spans([0, 2], [7, 9]), spans([3, 5])],
    ['there are several', spans([0, 4], [6, 10]), spans([1, 2], [3, 7], [9, 12]), spans([0, 1], [2, 3], [7, 9])],
    ['the other has none', spans([0, 4]), [], spans([0, 4])],
    ['it has none', [], spans([0, 4]), []],
  ])('without others, where %s', (_, a, b, left) => expect(without(a, b)).toEqual(left));
});
