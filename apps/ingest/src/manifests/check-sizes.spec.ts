import { MAX_BYTES } from './check-sizes';
import { KnownFiles } from './known-files';

const refusalOf = (files: Readonly<Record<string, string>>) => {
  const read = new KnownFiles().read(files);
  if (read.ok) return `${read.value.length} objects`;
  return read.findings.map(({ status, code, pointer, detail }) => ({ status, code, pointer, detail }));
};
const config = (name: string, text: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}}\ndata: {a: "${text}"}\n`;
const many = (count: number) => Array.from({ length: count }, (_, i) => config(`c${i}`, 'x')).join('---\n');
/** Files of so many bytes in total, the first in base64. */
const filesOf = (bytes: number) => {
  const [head, tail] = [config('a', 'é'), config('b', 'x')];
  const rest = bytes - Buffer.byteLength(head) - tail.length - 1;
  return { a: Buffer.from(head).toString('base64'), b: `${tail}#${'-'.repeat(rest)}` };
};

it('accepts 300 objects, and refuses 301', () => {
  expect(refusalOf({ all: many(300) })).toBe('300 objects');
  expect(refusalOf({ a: many(300), b: config('more', 'x') })).toEqual([
    { status: 422, code: 'too_many_objects', pointer: '/files', detail: 'The files have 301 objects; a release has at most 300.' },
  ]);
});

it('accepts 5 MiB of decoded files, and refuses more before it parses them', () => {
  expect(refusalOf(filesOf(MAX_BYTES))).toBe('2 objects');
  expect(refusalOf(filesOf(MAX_BYTES + 1))).toEqual([
    {
      status: 413, code: 'too_large', pointer: '/files',
      detail: 'The files have 5,242,881 bytes together; a release has at most 5,242,880 (5 MiB), after base64 is decoded.',
    },
  ]);
  expect(refusalOf({ a: `[${'[\n'.repeat(MAX_BYTES / 2)}` })).toMatchObject([{ status: 413 }]);
});

it('refuses aliases that make a text grow beyond 16 MiB', () => {
  const text = `metadata: &m\n  name: ${'x'.repeat(200_000)}\napiVersion: v1\nkind: ConfigMap\nmore: [${Array(150).fill('*m').join(', ')}]\n`;
  expect(refusalOf({ a: text })).toMatchObject([{ status: 422, code: 'too_large', pointer: '/files' }]);
});
