import { quantityOf } from './quantity';

describe('quantityOf', () => {
  it.each([
    ['1000m', 1],
    ['1', 1],
    [1, 1],
    ['0.5', 0.5],
    ['500m', 0.5],
    ['1Gi', 2 ** 30],
    ['1024Mi', 2 ** 30],
    ['1G', 1e9],
    ['1e3', 1000],
    ['100k', 1e5],
  ])('of %j is %d', (text, value) => expect(quantityOf(text)).toBeCloseTo(value, 9));
  it.each(['', 'many', '1Xi', '1e3k', '1.2.3', null])('of %j is NaN', (text) => expect(quantityOf(text)).toBeNaN());
});
