import { KnownFiles } from './known-files';

const service = (name = 'web') => `{ apiVersion: v1, kind: Service, metadata: { name: ${name} } }`;
const secret = '{ apiVersion: v1, kind: Secret, metadata: { name: web }, stringData: { password: canary-bird } }';
const objectsOf = (files: KnownFiles, request: Readonly<Record<string, string>>): readonly unknown[] => {
  const read = files.read(request);
  if (!read.ok) throw new Error('refused');
  return read.value;
};

it('parses a known file only once', () => {
  const files = new KnownFiles();
  const [first] = objectsOf(files, { service: service() });
  expect(objectsOf(files, { service: service() })[0]).toBe(first);
  expect(objectsOf(files, { service: service('other') })[0]).not.toBe(first);
});

it('returns frozen objects', () => {
  const [placed] = objectsOf(new KnownFiles(), { service: service() }) as [{ object: { metadata: { name: string } } }];
  expect(() => (placed.object.metadata.name = 'other')).toThrow(TypeError);
});

it('returns the position of each file', () => {
  const files = new KnownFiles();
  objectsOf(files, { service: service() });
  expect(objectsOf(files, { others: service() })).toMatchObject([{ pointer: '/files/others/0' }]);
});

it.each([secret, `${service()}\n---\n${secret}`, `{ apiVersion: v1, kind: List, items: [${secret}] }`])(
  'does not cache a Secret: %s',
  (text) => {
    const files = new KnownFiles();
    const [first] = objectsOf(files, { secret: text });
    expect(objectsOf(files, { secret: text })[0]).not.toBe(first);
    expect(JSON.stringify([...(files as unknown as { kept: Map<string, unknown> }).kept])).not.toContain('canary-bird');
  },
);

it('reports the faults of a file each time', () => {
  const files = new KnownFiles();
  const wrong = { service: '{ kind: Service }', other: '{ a: b }' };
  const findings = files.read(wrong);
  expect(findings).toMatchObject({ ok: false, findings: [{ pointer: '/files/service/0' }, { pointer: '/files/other/0' }] });
  expect(files.read(wrong)).toEqual(findings);
});

it('evicts the least recently used file', () => {
  const files = new KnownFiles();
  const large = (name: string) => `${service(name)}\n# ${'x'.repeat(900_000)}`;
  const [one] = objectsOf(files, { service: large('one') });
  const [two] = objectsOf(files, { service: large('two') });
  expect(objectsOf(files, { service: large('one') })[0]).toBe(one);
  objectsOf(files, { service: large('three') });
  expect(objectsOf(files, { service: large('one') })[0]).toBe(one);
  expect(objectsOf(files, { service: large('two') })[0]).not.toBe(two);
});
