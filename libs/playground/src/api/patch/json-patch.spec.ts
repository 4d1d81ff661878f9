import fc from 'fast-check';
import { jsonPatch } from './json-patch';

describe('jsonPatch', () => {
  it.each([
    [{ a: 1 }, [{ op: 'add', path: '/b', value: 2 }], { a: 1, b: 2 }],
    [{ a: [1, 3] }, [{ op: 'add', path: '/a/1', value: 2 }], { a: [1, 2, 3] }],
    [{ a: [1] }, [{ op: 'add', path: '/a/-', value: 2 }], { a: [1, 2] }],
    [{ a: [1, 2] }, [{ op: 'replace', path: '/a/0', value: 9 }], { a: [9, 2] }],
    [{ a: 1, b: 2 }, [{ op: 'remove', path: '/a' }], { b: 2 }],
    [{ a: { b: 1 } }, [{ op: 'move', from: '/a/b', path: '/c' }], { a: {}, c: 1 }],
    [{ a: { b: 1 } }, [{ op: 'copy', from: '/a', path: '/c' }], { a: { b: 1 }, c: { b: 1 } }],
    [{ 'a/b': 1, 'c~d': 2 }, [{ op: 'replace', path: '/a~1b', value: 3 }, { op: 'test', path: '/c~0d', value: 2 }], { 'a/b': 3, 'c~d': 2 }],
    [{}, [{ op: 'test', path: '/a', value: null }, { op: 'add', path: '/a', value: 1 }], { a: 1 }],
    [{}, [{ op: 'add', path: '', value: { a: 1 } }], { a: 1 }],
  ])('%j %j', (document, patch, expected) => expect(jsonPatch(document, patch)).toEqual(expected));

  it.each([
    [[{ op: 'remove', path: '/x' }], 422],
    [[{ op: 'replace', path: '/x', value: 1 }], 422],
    [[{ op: 'test', path: '/a', value: 2 }], 422],
    [[{ op: 'add', path: '/l/9', value: 1 }], 422],
    [[{ op: 'add', path: '/x/y', value: 1 }], 422],
    [[{ op: 'jump', path: '/a' }], 400],
    [[{ op: 'add', path: 'a', value: 1 }], 400],
    [{ op: 'add' }, 400],
  ])('%j is refused with %i', (patch, status) =>
    expect(() => jsonPatch({ a: 1, l: [] }, patch)).toThrow(expect.objectContaining({ status })),
  );

  it('changes neither the document nor a prototype', () => {
    const document = { a: { b: 1 } };
    const patched = jsonPatch(document, [
      { op: 'add', path: '/__proto__', value: { polluted: true } },
      { op: 'remove', path: '/a/b' },
    ]) as Record<string, unknown>;
    expect(document).toEqual({ a: { b: 1 } });
    expect(patched['polluted']).toBeUndefined();
    expect(Object.keys(patched)).toEqual(['a', '__proto__']);
  });

  it('removes what was added', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), fc.jsonValue(), (document, key, value) => {
      fc.pre(!Object.hasOwn(document, key));
      const path = `/${key.replace(/~/g, '~0').replace(/\//g, '~1')}`;
      const there = jsonPatch(document, [{ op: 'add', path, value }, { op: 'test', path, value }]);
      expect(jsonPatch(there, [{ op: 'remove', path }])).toEqual(document);
    }));
  });
});
