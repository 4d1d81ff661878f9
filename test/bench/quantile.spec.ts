import { median, quantile } from './quantile';

describe('quantile', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);

  it.each([
    [0, 1],
    [0.5, 50],
    [0.99, 99],
    [1, 100],
  ])('returns for q = %d of the samples 1 to 100 the value %d', (q, value) => expect(quantile(hundred, q)).toBe(value));

  it('of no samples is NaN', () => expect(median([])).toBeNaN());
});
