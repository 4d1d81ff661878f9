import { canonical } from './hash';

describe('canonical', () => {
  it('returns the same text in any field order (RFC 8785)', () => {
    expect(canonical({ b: 1.50, a: ['ä', null, { d: true, c: 'x' }] })).toBe('{"a":["ä",null,{"c":"x","d":true}],"b":1.5}');
  });

  it.each([
    ['undefined', undefined],
    ['a function', () => 1],
  ])('refuses %s, which JSON cannot represent', (_what, value) =>
    expect(() => canonical(value)).toThrow(new TypeError('not a JSON value')),
  );
  it.each([NaN, Infinity])('refuses %d', (value) => expect(() => canonical({ value })).toThrow());
});
