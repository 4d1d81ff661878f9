import { latencies, number } from './section';

const same = (value: number): readonly number[] => Array.from({ length: 100 }, () => value);

it.each([
  [0.123, '0.12'],
  [9.96, '10'],
  [99.4, '99'],
  [99.6, '100'],
  [1234.5, '1,235'],
])('%d is written %s', (value, text) => expect(number(value)).toBe(text));

describe('latencies', () => {
  it('are held against the floor of their own round', () => {
    const { rows } = latencies('', '', { way: { floor: [same(1), same(10), same(100)], alloy: [same(2), same(20), same(900)] } });
    expect(rows).toEqual([['way', '300 and 300', '10', '20', '2.0 ×', '100', '900', '9.0 ×']]);
  });

  it('name the aims that are missed', () => {
    const { missed } = latencies('', '', {
      good: { floor: [same(1)], alloy: [same(1.9)] },
      slow: { floor: [same(1)], alloy: [same(2.5)] },
      tailed: { floor: [same(1)], alloy: [[...same(1), 4, 4, 4]] },
    });
    expect(missed).toEqual(['slow: p50 is 2.5 × the floor', 'tailed: p99 is 4.0 × the floor']);
  });
});
