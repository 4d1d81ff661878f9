import fc from 'fast-check';
import { readJson } from './read-json';

const read = (text: string) => readJson(Buffer.from(text));
const codeOf = (bytes: Buffer | string): string => {
  const result = readJson(Buffer.from(bytes as string));
  return result.ok ? 'ok' : result.findings[0]!.code;
};
/** Keys that no JSON value may have here. */
const poison = /"(__proto__|constructor|prototype)"/;

it('parses any output of JSON.stringify', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      fc.pre(!poison.test(text) && !/\\u(0000|d[89a-f])/.test(text));
      expect(read(text)).toEqual({ ok: true, value: JSON.parse(text) });
    }),
  );
});

it('accepts raw line breaks and tabs in strings', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      fc.pre(!text.includes('\0'));
      const raw = JSON.stringify({ a: text }).replaceAll('\\n', '\n').replaceAll('\\r', '\r').replaceAll('\\t', '\t');
      fc.pre(!/\\\\[nrt]/.test(JSON.stringify(text)));
      expect(read(raw)).toEqual({ ok: true, value: { a: text } });
    }),
  );
});

it('never throws', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readJson(Buffer.from(bytes))));
  fc.assert(fc.property(fc.stringMatching(/^[[\]{}",:a\\ ]{0,40}$/), (text) => void read(text)));
});

it.each([
  ['', 'malformed_json'],
  ['{', 'malformed_json'],
  ['{"a": "b', 'malformed_json'],
  ['{"a": 1}}', 'malformed_json'],
  ['{"a\\x": 1}', 'malformed_json'],
  ["{'a': 1}", 'malformed_json'],
  ['{"a": 1, "a": 1}', 'duplicate_key'],
  ['{"a": 1, "\\u0061": 1}', 'duplicate_key'],
  ['{"a": {"b": 1}, "c": [{"b": 1, "b": 2}]}', 'duplicate_key'],
  ['{"__proto__": 1}', 'forbidden_key'],
  ['{"a": [{"\\u005f_proto__": 1}]}', 'forbidden_key'],
  ['{"a": "\0"}', 'bad_text'],
  ['{"a": "\\u0000"}', 'bad_text'],
  ['{"a": "\\uDC00"}', 'bad_text'],
  ['{"a\\u0000": 1}', 'bad_text'],
  ['['.repeat(10_000), 'too_deep'],
])('refuses %j', (text, code) => expect(codeOf(text)).toBe(code));

it('refuses bytes that are not UTF-8', () => {
  const result = readJson(Buffer.from([0x22, 0xff, 0x22]));
  expect(result).toMatchObject({ ok: false, findings: [{ status: 400, code: 'bad_text' }] });
});

it('reports the position of a duplicate key', () => {
  expect(read('{"a": [1, {"b/c": 1, "b/c": 2}]}')).toMatchObject({ findings: [{ pointer: '/a/1/b~1c' }] });
});

it('reports the position of invalid text, and accepts escapes that only look similar', () => {
  expect(read('{"a": [1, {"b": "x\\u0000"}]}')).toMatchObject({ findings: [{ status: 400, pointer: '/a/1/b' }] });
  expect(read('["\\\\u0000", "\\ud83d\\ude00"]')).toEqual({ ok: true, value: ['\\u0000', '😀'] });
});

it('distinguishes keys from values', () => {
  expect(read('["a", "a", {"x": "x", "y": "x"}]')).toMatchObject({ ok: true });
});
