import { stableJson } from './stable-json';

describe('JSON that is the same for equal values', () => {
  it.each<[unknown, string]>([
    [{ b: 1, a: [true, null, 'x'] }, '{"a":[true,null,"x"],"b":1}'],
    [{ a: undefined, b: { d: 1, c: 2 } }, '{"b":{"c":2,"d":1}}'],
    [[undefined, { a: undefined }], '[null,{}]'],
    [undefined, 'null'],
    [null, 'null'],
    [[], '[]'],
    ['ä"', '"ä\\""'],
  ])('of %j is %s', (value, text) => expect(stableJson(value)).toBe(text));
  it('has its keys in order, whatever the order they were given in', () => {
    expect(stableJson({ a: 1, b: 2, c: 3 })).toBe(stableJson({ c: 3, a: 1, b: 2 }));
    expect(stableJson({ b: 2, c: 3, a: 1 })).toBe('{"a":1,"b":2,"c":3}');
  });
});
