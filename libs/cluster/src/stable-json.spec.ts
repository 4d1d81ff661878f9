import { stableJson } from './stable-json';

describe('stableJson', () => {
  it.each<[unknown, string]>([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [{ a: undefined, b: { d: 1, c: 2 } }, '{"b":{"c":2,"d":1}}'],
    [[undefined, { a: undefined }], '[null,{}]'],
    [undefined, 'null'],
    [null, 'null'],
    [[], '[]'],
    ['ä"', '"ä\\""'],
  ])('of %j returns %s', (value, text) => expect(stableJson(value)).toBe(text));
  it('sorts the keys', () => {
    expect(stableJson({ a: 1, b: 2, c: 3 })).toBe(stableJson({ c: 3, a: 1, b: 2 }));
    expect(stableJson({ b: 2, c: 3, a: 1 })).toBe('{"a":1,"b":2,"c":3}');
  });
});
