import { median, quantile } from './quantile';

describe('quantile', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);

  it.each([[0, 1], [0.5, 50], [0.99, 99], [1, 100]])('%d of 1 to 100 is %d', (q, value) => expect(quantile(hundred, q)).toBe(value));

  it('of none is no number', () => expect(median([])).toBeNaN());
});
