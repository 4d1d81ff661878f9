import { gzipSync } from 'node:zlib';
import { base64, body, files } from '../testing/deploy-body';
import { startTestIngest, type TestIngest } from '../testing/test-ingest';

const LINES = 240;
const OBJECTS = 297;

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest();
});
afterAll(() => ingest?.close());

/** Objects with about 17 kB each. */
const config = (i: number) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: config-${i}\ndata:\n  text: |\n${'    a line of this text, with "quotes", [brackets] and {braces}: 0123\n'.repeat(LINES)}`;
const bundle = (count: number) => Array.from({ length: count }, (_, i) => config(i)).join('---\n');

it('accepts, seals and opens 300 objects with almost 5 MiB, in base64, as text, and compressed', async () => {
  const text = bundle(OBJECTS);
  expect(text.length).toBeGreaterThan(4.7 * 1024 * 1024);
  // As base64 writes it by default, with a line break after 76 characters.
  const wrapped = base64(text).replace(/.{76}/g, '$&\n');
  const compressed = await ingest.call('/api/webhook/deploy', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: gzipSync(JSON.stringify(body({ commit_sha: 'c3', files: { ...files(), all: wrapped } }))),
  });
  const answers = [
    await ingest.deploy(body({ commit_sha: 'c1', files: { ...files(), all: wrapped } })),
    await ingest.deploy(body({ commit_sha: 'c2', files: { ...files(), all: text } })),
    compressed,
  ];
  for (const { status, json } of answers) {
    expect([status, json.detail]).toEqual([202, undefined]);
    const { events } = await ingest.ledger.log.load(json.release_id);
    const { objects } = await ingest.ledger.artifacts.open((events[0]!.data as { artifact: string }).artifact);
    expect(objects).toHaveLength(300);
    expect((objects.at(-1) as unknown as { data: { text: string } }).data.text.split('\n')).toHaveLength(LINES + 1);
  }
});

it('accepts 300 objects as 300 manifests', async () => {
  const texts = Object.values(files()).map((file) => Buffer.from(file, 'base64').toString());
  const objects = Array.from({ length: OBJECTS }, (_, i) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `one-${i}` } }));
  const order = { project: 'shop', imageTag: 'v1', commitSha: 'd1', manifests: [...texts, ...objects] };
  expect(await ingest.post('/api/v1/releases', order)).toMatchObject({ status: 202 });
  const more = { ...order, manifests: [`${texts[0]}---\n${texts[1]}`, ...texts.slice(2), ...objects, objects[0]] };
  expect((await ingest.post('/api/v1/releases', more)).json).toMatchObject({ code: 'too_many_objects', pointer: '/manifests' });
});

it('states the limit and the size that it found', async () => {
  expect((await ingest.deploy(body({ files: { ...files(), all: `# ${'x'.repeat(5 * 1024 * 1024)}` } }))).json).toMatchObject({
    status: 413, code: 'too_large', pointer: '/files', detail: expect.stringMatching(/^The files have 5,24\d,\d{3} bytes .* 5,242,880 /),
  });
  expect((await ingest.deploy(body({ files: { ...files(), all: 'x'.repeat(8 * 1024 * 1024) } }))).json).toMatchObject({
    status: 413, code: 'too_large', detail: expect.stringMatching(/^The body has 8,38\d,\d{3} bytes; at most 8,388,608 /),
  });
});
