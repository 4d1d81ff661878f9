import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { parseAllDocuments, stringify, type Document, type Tags } from 'yaml';
import { parseYaml } from './parse-yaml';

/**
 * The reader of earlier versions, by the library `yaml`: stored bundles were read by it, and the same file must be the
 * same bundle.
 */
function before(text: string): readonly unknown[] | undefined {
  const isUnknownToKubectl = (tag: string) => /:(?:timestamp|binary|omap|pairs|set)$/.test(tag);
  const asKubectl = (tags: Tags): Tags =>
    tags.filter((tag) => typeof tag === 'string' || (!isUnknownToKubectl(tag.tag) && !('format' in tag && tag.format === 'TIME')));
  const parsed = parseAllDocuments(text, { version: '1.1', customTags: asKubectl, logLevel: 'silent', prettyErrors: false });
  const documents = Array.isArray(parsed) ? (parsed as Document.Parsed[]) : [];
  if (documents.some(({ errors, warnings }) => errors.length + warnings.length > 0)) return undefined;
  try {
    return documents.map((document) => document.toJS() as unknown).filter((value) => value !== null && value !== undefined);
  } catch {
    return undefined;
  }
}

const now = (text: string): readonly unknown[] | undefined => {
  const result = parseYaml(text, '');
  return result.ok ? result.value : result.findings[0]!.code === 'empty_manifest' ? [] : undefined;
};

/** Where the earlier reader did not read as kubectl does: numbers without digits, and two forms of numbers. */
const DIFFERS = /(?:^|[\s[{,:])[-+]?(?:[._]+|[._]*[eE][-+]?\d[\d_]*|0x_*|0X\w*|0o\w*|0b_*|-0+[\d._]*)(?=[\s\]},:]|$)/;
const tracked = (...patterns: readonly string[]) =>
  execFileSync('git', ['ls-files', '--', ...patterns], { encoding: 'utf8' }).trim().split('\n');
const inCode = tracked('*.ts', '*.md').flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/[`']((?:---\\n)?apiVersion: [^`']*)[`']|```ya?ml\n([\s\S]*?)```/g)].map(
    ([, text, block]) => block ?? text!.replaceAll('\\n', '\n'),
  ),
);
const files = [...tracked('*.yaml', '*.yml').map((file) => readFileSync(file, 'utf8')), ...inCode];

it('reads every YAML file of the repository as before', () => {
  expect(files.length).toBeGreaterThan(30);
  for (const text of files.filter((file) => !DIFFERS.test(file))) expect(now(text)).toEqual(before(text));
});

const word = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...'ab1 .:-#\'"[]{},&*!|>%@`?~\\n0x_e') , maxLength: 8 }),
  fc.constantFrom(
    'yes', 'no', 'on', 'null', '~', '', '0644', '12:30', '2024-01-01', '1_000', '1e3', '.5', '<<', 'a\nb', ' a\n\n b\n', '\t',
  ),
);
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' }, word, fc.integer(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(word.filter((key) => key !== '__proto__'), tie('any'), { maxKeys: 4 }),
  ),
})).any;
const isPlain = (text: string) => !DIFFERS.test(text) && !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufeff\ufffe\uffff]/.test(text);

it('reads generated values in every style as before', () => {
  const style = fc.record({
    indent: fc.constantFrom(1, 2, 4), indentSeq: fc.boolean(), lineWidth: fc.constantFrom(0, 20, 80), version: fc.constant('1.1' as const),
    collectionStyle: fc.constantFrom('any' as const, 'block' as const, 'flow' as const),
    defaultStringType: fc.constantFrom('PLAIN' as const, 'QUOTE_DOUBLE' as const, 'QUOTE_SINGLE' as const, 'BLOCK_LITERAL' as const),
  });
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 3 }), style, (values, options) => {
      const text = values.map((one) => stringify({ value: one }, options)).join('---\n');
      const expected = isPlain(text) ? before(text) : undefined;
      if (expected) expect(now(text)).toEqual(expected);
    }),
    { numRuns: 400 },
  );
});

it('reads files with random changes as before, or one of both refuses them', () => {
  const parts = ['', '\t', ' ', '\n', ': ', '- ', ...'[]{},"\'\\~', ' #', '|\n', '>\n', '&a ', '*a', '? ', '<<: ', '...\n'];
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.integer({ min: 0, max: 2 }), add: fc.constantFrom(...parts),
  });
  const small = files.filter(({ length }) => length < 4_000);
  let both = 0;
  fc.assert(
    fc.property(fc.constantFrom(...small), fc.array(change, { minLength: 1, maxLength: 2 }), (file, changes) => {
      const text = changes.reduce((old, { at, cut, add }) => {
        const index = Math.floor(at * old.length);
        return old.slice(0, index) + add + old.slice(index + cut);
      }, file);
      const [was, is] = isPlain(text) ? [before(text), now(text)] : [];
      if (was && is) both += 1;
      if (was && is) expect(is).toEqual(was);
    }),
    { numRuns: 600 },
  );
  expect(both).toBeGreaterThan(100);
});
