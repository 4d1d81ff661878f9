import fc from 'fast-check';
import { parseYaml } from './parse-yaml';

const codeOf = (text: string): string => {
  const result = parseYaml(text, '/files/deployment');
  return result.ok ? 'ok' : result.findings[0]!.code;
};
const read = (text: string): unknown => {
  const result = parseYaml(text, '');
  if (!result.ok) throw new Error(result.findings[0]!.detail);
  return result.value;
};

it('reads YAML as kubectl does', () => {
  expect(read('defaultMode: 0644\nflag: no\ntime: 12:30\nday: 2024-01-01\nhex: 0x1F\nnone: ~\nquoted: !!str 12')).toEqual([
    { defaultMode: 0o644, flag: false, time: '12:30', day: '2024-01-01', hex: 31, none: null, quoted: '12' },
  ]);
});

it.each([
  ['.', '.'], ['e5', 'e5'], ['0x_', '0x_'], ['1_000', 1_000], ['0o17', 15], ['0X1F', 31], ['-0b11', -3], ['08', 8], ['+12', 12], ['-0', 0],
  ['.5', 0.5], ['1e3', 1_000], ['1e999', Infinity], ['.inf', Infinity], ['y', true], ['Off', false], ['TRUE', true], ['tRue', 'tRue'],
  ['Null', null], ['12:30:45', '12:30:45'], ['"1"', '1'], ["'no'", 'no'], ['!!int "12"', 12], ['!!float 1', 1], ['!!str no', 'no'],
])('reads the scalar %s as kubectl does, but for infinite numbers', (scalar, value) => {
  expect(read(`a: ${scalar}`)).toEqual([{ a: value }]);
});

it('reads keys as kubectl does', () => {
  const keys = JSON.parse('{"1":"a","31":"b",".":"c","on":"d","__proto__":{"e":"f"}}') as unknown;
  expect(read('1: a\n0x1F: b\n.: c\n"on": d\n__proto__: {e: f}')).toEqual([keys]);
});

it('skips empty documents', () => {
  expect(read('---\na: 1\n---\n# nothing\n---\nb: 2\n')).toEqual([{ a: 1 }, { b: 2 }]);
});

it('resolves anchors and merge keys', () => {
  expect(read('base: &b {x: 1}\nuse:\n  <<: *b\n  z: 2')).toEqual([{ base: { x: 1 }, use: { x: 1, z: 2 } }]);
});

it.each([
  ['nothing', '', 'empty_manifest'],
  ['separators only', '---\n---\n', 'empty_manifest'],
  ['a comment only', '# hello', 'empty_manifest'],
  ['an open quote', 'a: "b', 'bad_yaml'],
  ['a wrong indentation', 'a:\n  b: 1\n c: 2', 'bad_yaml'],
  ['a key twice', 'a: 1\na: 2', 'duplicate_key'],
  ['a duplicate key in a nested mapping', 'a:\n  - b: 1\n    b: 2', 'duplicate_key'],
  ['a key that YAML parses as a boolean', 'on: push', 'wrong_type'],
  ['a key that is a list', '[a]: 1', 'wrong_type'],
  ['a key that a template left', '{{ .Values.key }}: 1', 'unreplaced_variable'],
  ['a version other than 1.1', '%YAML 1.2\n---\na: 1', 'bad_yaml'],
  ['a control character', 'a: "\u0007"', 'bad_yaml'],
  ['a custom tag', 'a: !ruby/object:Gem {}', 'custom_tag'],
  ['a custom tag of YAML 1.1', 'a: !!binary aGk=', 'custom_tag'],
  ['an alias without an anchor', 'a: *b', 'bad_yaml'],
  ['an alias inside its own anchor', 'a: &a\n  b: *a', 'too_many_aliases'],
])('refuses %s', (_name, text, code) => expect(codeOf(text)).toBe(code));

it.each([
  ['a tab after a dash', 'a:\n  -\tb: 1\n    c: 1', 'Line 2, column 4: a tab is used for indentation; YAML allows only spaces there.'],
  ['a tab', 'a: 1\nspec:\n\tb: 1', 'Line 3, column 1: a tab is used for indentation; YAML allows only spaces there.'],
  ['a duplicate key', 'a: 1\nb: 1\na: 2', 'Line 3, column 1: the mapping already contains this key.'],
  ['a custom tag', 'a: 1\nb: !x y', 'Line 2, column 4: custom YAML tags are not supported.'],
  ['a boolean key', 'a: 1\non: 2', 'Line 2, column 1: YAML reads this key as a boolean, as null or as a collection: put it in quotes.'],
  ['an unknown alias', 'a: 1\nb: *c', 'Line 2, column 5: this alias refers to an anchor that is not defined before it.'],
  ['a recursive alias', 'a: &b\n  c: *b', 'Line 2, column 6: this alias is inside its own anchor.'],
  ['a missing space', 'a: 1\nb:2\nc: 1', /^Line 2, column 1|^Line 3, column 2/],
  [
    'a key that is a list', 'a: 1\nb: {[c]: 1}',
    'Line 2, column 5: YAML reads this key as a boolean, as null or as a collection: put it in quotes.',
  ],
  ['a value that a template left', 'a: {b: [1]}\nc: {{ .Values.c }}', 'Line 2, column 4: a template ({{ … }}) was not rendered.'],
  ['a part that a template left', 'a: {{ x }}-b', /: .*; a template \(\{\{ … \}\}\) was not rendered\.$/],
  ['depth', '['.repeat(100), /^Line 1, column \d+: the document nests deeper than 64 levels\.$/],
])('reports line, column and cause of %s', (_what, text, detail) => {
  const result = parseYaml(text, '/files/x');
  if (result.ok) throw new Error('it was read');
  expect(result.findings[0]!.detail).toEqual(typeof detail === 'string' ? detail : expect.stringMatching(detail));
});

it('counts lines in the whole file, and documents without the empty ones', () => {
  const result = parseYaml('# c\n---\n---\na: 1\n---\nb: [\n---\nc: 1\n---\n\td: 1\n', '/files/x');
  expect(result).toMatchObject({
    findings: [{ pointer: '/files/x/1', place: { line: 6, column: 5 } }, { pointer: '/files/x/3', place: { line: 10, column: 1 } }],
  });
});

it('never shows what the parser shows of the file', () => {
  const parts = ['canary', 'bird', 'k: v', '"', "'", '[', '{', '*x', '!y', '\n', ' ', ':', '&', '\t', '%', '- '];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 30 }), (text) => {
      const result = parseYaml(text.join(''), '/files/x');
      expect(JSON.stringify(result.ok ? '' : result.findings)).not.toMatch(/canary|bird/);
    }),
  );
});

it.each([
  ['block scalars', `a: |\n${'  [[[{{{\n'.repeat(200)}`],
  ['quotes', `a: "${'[{'.repeat(200)}"\nb: '${'[{'.repeat(200)}'`],
  ['comments', `a: 1 # ${'[{'.repeat(200)}\n#${'- '.repeat(200)}\nb: 2`],
  ['plain text', `a: x${'['.repeat(500)}`],
])('does not count brackets in %s as nesting', (_what, text) => expect(codeOf(text)).toBe('ok'));

it('accepts 64 levels, and refuses 65', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  expect([codeOf(nested(64)), codeOf(nested(65))]).toEqual(['ok', 'too_deep']);
  expect(codeOf(Array.from({ length: 64 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'))).toBe('ok');
});

const lol = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`).join('\n');
const merged = Array.from({ length: 190 }, (_, i) => `m${i}: {<<: *a}`).join('\n');
const merges = Array.from({ length: 40 }, (_, i) => `m${i + 1}: &m${i + 1}\n  <<: [*m${i}, *m${i}]\n  k${i}: 1`).join('\n');

it.each([
  ['a billion laughs', `l0: &l0 lol\n${lol}`],
  ['merge keys that double', `m0: &m0 {a: 1}\n${merges}`],
  ['many aliases', `a: &a x\n${Array.from({ length: 3000 }, (_, i) => `k${i}: *a`).join('\n')}`],
  ['brackets', '['.repeat(100_000)],
  ['braces', '{a: '.repeat(100_000)],
  ['dashes in a row', '- '.repeat(100_000)],
  ['question marks in a row', '? '.repeat(100_000)],
  ['keys in a row', 'a: '.repeat(100_000)],
  ['tags in a row', '!!str '.repeat(100_000)],
  ['anchors in a row', '&a '.repeat(100_000)],
  ['indentation', Array.from({ length: 1_000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
  ['indented dashes', Array.from({ length: 1_000 }, (_, i) => `${' '.repeat(i)}-`).join('\n')],
  ['documents', '---\na: 1\n'.repeat(5_000)],
  ['brackets at the indentation of their keys', Array.from({ length: 20_000 }, (_, i) => `k${i}: [\n]`).join('\n')],
  ['merged mappings', `a: &a {${Array.from({ length: 9_000 }, (_, i) => `k${i}: 1`).join(', ')}}\n${merged}`],
])('quickly refuses a bomb of %s', (_name, text) => {
  let least = Infinity;
  // CPU time in ms, independent of other processes, after the parser is compiled; fully parsing these bombs would take
  // much longer.
  for (let i = 0; i < 10 && least >= 800; i += 1) {
    const before = process.cpuUsage();
    expect(codeOf(text)).toMatch(/too_many_aliases|too_deep|too_large|bad_yaml/);
    least = Math.min(least, process.cpuUsage(before).user / 1_000);
  }
  expect(least).toBeLessThan(800);
});

it('accepts 2 000 keys in one mapping', () => {
  expect(codeOf(Array.from({ length: 2_000 }, (_, i) => `key-${i}: value`).join('\n'))).toBe('ok');
});
