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
  ['a custom tag', 'a: !ruby/object:Gem {}', 'custom_tag'],
  ['a custom tag of YAML 1.1', 'a: !!binary aGk=', 'custom_tag'],
  ['an alias without an anchor', 'a: *b', 'bad_yaml'],
  ['an alias inside its own anchor', 'a: &a\n  b: *a', 'too_many_aliases'],
])('refuses %s', (_name, text, code) => expect(codeOf(text)).toBe(code));

const lol = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`).join('\n');
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
