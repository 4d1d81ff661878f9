import { deflateSync, gzipSync } from 'node:zlib';
import { bootstrap } from '@alloy/ledger';
import { body } from '../testing/deploy-body';
import type { Answer } from '../testing/answer';
import { startTestIngest, type TestIngest } from '../testing/test-ingest';
import { list, object, plus, web } from './testing/bundles';
import { DEPLOY, JSON_TYPE } from './testing/posted';
import { config, deployment, laughs, merges, other } from './testing/yaml-files';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest();
});
afterAll(() => ingest?.close());

describe('the transport', () => {
  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['identity', Buffer.from],
  ] as const)('accepts %s', async (encoding, pack) => {
    const answer = await ingest.call(DEPLOY, {
      method: 'POST',
      headers: { ...JSON_TYPE, 'content-encoding': encoding },
      body: pack(JSON.stringify(body())),
    });
    expect(answer).toMatchObject({ status: 202, json: { project_id: 'shop' } });
  });

  it('reports the supported encodings, and closes the connection of a decompression bomb', async () => {
    const send = (encoding: string, content: Buffer) =>
      fetch(`http://127.0.0.1:${ingest.port}${DEPLOY}`, {
        method: 'POST',
        headers: { ...JSON_TYPE, 'content-encoding': encoding },
        body: content,
      });
    expect((await send('br', Buffer.from('x'))).headers.get('accept-encoding')).toBe('gzip, x-gzip, deflate');
    expect((await send('gzip', gzipSync(Buffer.alloc(16 * 1024 * 1024)))).headers.get('connection')).toBe('close');
  });

  it('repeats the first status and body for the same key and body', async () => {
    const keyed = (content: unknown): Promise<Answer> =>
      ingest.call(DEPLOY, { method: 'POST', headers: { ...JSON_TYPE, 'idempotency-key': 'one-key' }, body: JSON.stringify(content) });
    const first = await keyed(body());
    expect(first.status).toBe(202);
    expect(await keyed(body())).toMatchObject({ status: 202, text: first.text });
  });
});

describe('the syntax', () => {
  it('suggests the intended key', async () => {
    expect((await ingest.deploy(body({ imageTag: 'v1' }))).json.detail).toContain('image_tag');
    expect((await ingest.deploy(body({ strategi: 'auto' }))).json.detail).toContain('strategy');
  });

  it('reports all faults', async () => {
    const answer = await ingest.deploy(body({ image_tag: '', commit_sha: '' }));
    expect(answer.json.errors.map((error: { pointer: string }) => error.pointer)).toEqual(['/image_tag', '/commit_sha']);
  });

  it('suggests quotes for a value that must be a string', async () =>
    expect((await ingest.deploy(config('no')())).json.detail).toContain('quotes'));

  it('reads YAML as kubectl does', async () => {
    const secret = 'volumes: [{name: v, secret: {secretName: web, defaultMode: 0644}}], containers:';
    const answer = await ingest.deploy(deployment('containers:', secret)());
    expect(answer).toMatchObject({ status: 202 });
    const { events } = await ingest.ledger.log.load(answer.json.release_id);
    expect(JSON.stringify(await ingest.ledger.artifacts.open((events[0]!.data as { artifact: string }).artifact))).toContain(
      '"defaultMode":420',
    );
  });

  it('reports line, column and a masked line of a file that is not YAML', async () => {
    const deploy = (text: string) => ingest.deploy(other(text)());
    expect((await deploy('# c\n---\na: 1\n---\nspec:\n\treplicas: 2\n')).json).toMatchObject({
      code: 'bad_yaml', pointer: '/files/other/1', line: 6, column: 1, excerpt: '6 | →replicas: …\n  | ^',
      detail: 'Line 6, column 1: a tab is used for indentation; YAML allows only spaces there.',
    });
    const { errors } = (await deploy('a: [\n---\nb: [\n')).json;
    expect(errors).toMatchObject([{ line: 1, column: 5 }, { line: 3, column: 5 }]);
  });

  it('accepts brackets in texts', async () => {
    const script = Array.from({ length: 210 }, (_, i) => `    printf "\\033[0;3${i % 8}m {{{"`).join('\n');
    const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: script}\ndata:\n  run.sh: |\n${script}\n`;
    expect(await ingest.deploy(other(text)())).toMatchObject({ status: 202 });
  });

  it.each([
    ['an alias bomb', laughs],
    ['a merge-key bomb', merges],
    ['depth', '['.repeat(10_000)],
  ])('uses at most 100 ms of CPU time for %s', async (_what, bomb) => {
    const content = other(bomb)();
    let least = Infinity;
    // The minimum of several runs: the first runs include compilation, and other work of this process must not count.
    for (let i = 0; i < 30 && least >= 100; i += 1) {
      const before = process.cpuUsage();
      expect((await ingest.deploy(content)).status).toBe(422);
      const { user, system } = process.cpuUsage(before);
      least = Math.min(least, (user + system) / 1_000);
    }
    expect(least).toBeLessThan(100);
  });
});

describe('manifests', () => {
  it('accepts a bundle of several documents as a whole', async () => {
    const answer = await ingest.deploy(plus(`${object('ConfigMap')}---\n${list(object('ServiceAccount'))}---\n`)());
    expect(answer).toMatchObject({ status: 202 });
    const { events } = await ingest.ledger.log.load(answer.json.release_id);
    const { objects } = await ingest.ledger.artifacts.open((events[0]!.data as { artifact: string }).artifact);
    expect(objects.map((one) => one.kind).sort()).toEqual(['ConfigMap', 'Deployment', 'Secret', 'Service', 'ServiceAccount']);
  });

  it('keeps the live count if replicas is missing', async () => {
    const { json } = await ingest.deploy(web('  replicas: 5\n', '')());
    const { state } = await ingest.ledger.log.load(json.release_id);
    expect(state).toMatchObject({ status: 'requested', request: { replicas: null } });
  });

  it('writes neither CR, LF nor ANSI into the log', async () => {
    const logged = ingest.lines.length;
    await ingest.deploy(web('metadata: {name: web}', String.raw`metadata: {name: web, annotations: {note: "a\r\n\e[31mred"}}`)());
    await ingest.deploy(body({ 'a\r\n\u001b[31mred': 1 }));
    await ingest.call('/api/v1/releases/a%0d%0a%1b[31mred');
    const lines = ingest.lines.slice(logged).map((line) => line.trimEnd());
    for (const line of lines) expect(line).not.toMatch(/[\u0000-\u001f\u007f]/);
  });

  it("accepts Kubernetes' own variables, and those of scripts", async () => {
    const container = 'env: [{name: A, value: "$(B)"}], args: ["$(A)", "${C}"], image:';
    const { other: data } = config('"server ${HOST} {{ x }}"')().files as unknown as { other: string };
    expect(await ingest.deploy(body({ files: { ...web('image:', container)().files, other: data } }))).toMatchObject({ status: 202 });
  });

  it('accepts marks of text direction in the data of a ConfigMap or Secret', async () => {
    expect(await ingest.deploy(plus(object('ConfigMap', { data: { he: '\u200fשלום\u202e' } }))())).toMatchObject({ status: 202 });
    expect(await ingest.deploy(plus(object('Secret', { stringData: { he: '\u2066x' } }))())).toMatchObject({ status: 202 });
    expect(await ingest.deploy(plus(object('ConfigMap', { immutable: '\u202e' }))())).toMatchObject({ json: { code: 'bidi_character' } });
  });

  it('accepts power that the policy allows', async () => {
    expect(await ingest.deploy(web('image:', 'securityContext: {privileged: true}, image:')())).toMatchObject({ status: 403 });
    await bootstrap({
      databaseUrl: ingest.database.url, user: 'demo', project: 'shop',
      policy: { namespace: 'shop', allow: ['privileged'] },
    });
    expect(await ingest.deploy(web('image:', 'securityContext: {privileged: true}, image:')())).toMatchObject({ status: 202 });
  });
});

it.each([
  ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ['v1', 'Namespace'],
  ['v1', 'Pod'],
  ['example.com/v1', 'Widget'],
])('lists a %s %s as left to others, also in the answer to the repeated request', async (apiVersion, kind) => {
  const content = plus(object(kind, { metadata: { name: 'x', namespace: 'kube-system' } }, apiVersion))();
  const first = await ingest.deploy(content);
  expect(first).toMatchObject({ status: 202, json: { left: [{ apiVersion, kind, name: 'x', why: expect.stringMatching(/\.$/) }] } });
  expect(await ingest.deploy(content)).toMatchObject({ status: 202, text: first.text });
});

it('answers without a list if the release writes all objects', async () =>
  expect((await ingest.deploy(body({ image_tag: 'v77' }))).json).not.toHaveProperty('left'));
