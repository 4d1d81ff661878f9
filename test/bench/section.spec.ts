import { latencies, number } from './section';

const same = (value: number): readonly number[] => Array.from({ length: 100 }, () => value);

it.each([
  [0.123, '0.12'],
  [9.96, '10'],
  [99.4, '99'],
  [99.6, '100'],
  [1234.5, '1,235'],
])('the report writes the number %d as %s', (value, text) => expect(number(value)).toBe(text));

describe('a section of latencies', () => {
  it('compares each round with the floor of the same round', () => {
    const { rows } = latencies('', '', { way: { floor: [same(1), same(10), same(100)], alloy: [same(2), same(20), same(900)] } });
    expect(rows).toEqual([['way', '300 and 300', '10', '20', '2.0 ×', '100', '900', '9.0 ×']]);
  });

  it('has a figure for the p50 and the p99 of each row, with its goal and whether Alloy reaches it', () => {
    const { figures } = latencies('', '', {
      slow: { floor: [same(1)], alloy: [same(2.5)] },
      tailed: { floor: [same(1)], alloy: [[...same(1), 4, 4, 4]] },
    });
    expect(figures).toEqual([
      { name: 'slow, p50', value: '2.5 ms, 2.5 × the floor', goal: '≤ 2 × the floor', result: 'missed' },
      { name: 'slow, p99', value: '2.5 ms, 2.5 × the floor', goal: '≤ 3 × the floor', result: 'reached' },
      { name: 'tailed, p50', value: '1.0 ms, 1.0 × the floor', goal: '≤ 2 × the floor', result: 'reached' },
      { name: 'tailed, p99', value: '4.0 ms, 4.0 × the floor', goal: '≤ 3 × the floor', result: 'missed' },
    ]);
  });
});
