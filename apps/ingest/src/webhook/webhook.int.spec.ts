import { request } from 'node:http';
import { base64, body, files, manifest } from '../testing/deploy-body';
import { openDoor, TOKEN, type Door } from '../testing/door';

let door: Door;
beforeAll(async () => {
  door = await openDoor();
});
afterAll(() => door?.close());

describe('the webhook', () => {
  const count = async (table: 'event' | 'artifact'): Promise<number> => (await door.ledger.pool.query(`SELECT count(*)::int AS n FROM ${table}`)).rows[0].n;

  it('takes the original\'s request', async () => {
    const answer = await door.deploy(body({ strategy: 'canary' }));
    expect(answer).toMatchObject({ status: 202, json: { project_id: 'shop', strategy: 'canary' } });
    const { release_id: id, status_url: url } = answer.json;
    expect(url).toBe(`http://127.0.0.1:${door.port}/api/v1/releases/${id}`);

    const { state, events } = await door.ledger.log.load(id);
    expect(state).toMatchObject({ status: 'requested', project: 'shop', environment: 'production', request: { image: 'r.example:5000/shop/web', imageTag: 'v1', workload: 'web', replicas: 5 } });
    expect(events[0]).toMatchObject({ actor: { kind: 'ci', id: 'demo' }, correlationId: id, causationId: null });
    const bundle = await door.ledger.artifacts.open((events[0]!.data as { artifact: string }).artifact);
    expect(bundle.objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`)).toEqual(expect.arrayContaining(['Secret shop', 'Service shop', 'Deployment shop']));
    expect(JSON.stringify(bundle)).toContain('r.example:5000/shop/web:v1');
  });

  it.each([
    ['wrapped base64 with raw line breaks inside of strings', () => JSON.stringify(body()).replace(base64(manifest.deployment), base64(manifest.deployment).replace(/(.{76})/g, '$1\n'))],
    ['plain YAML', () => body({ files: { service: manifest.service, deployment: manifest.deployment } })],
    ['plain YAML with raw line breaks', () => JSON.stringify(body({ files: { service: manifest.service, deployment: manifest.deployment } })).replaceAll('\\n', '\n')],
    ['further files', () => body({ files: { ...files(), config: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n' } })],
    ['the strategy rollout', () => body({ strategy: 'rollout' })],
  ])('takes %s', async (_name, content) => expect(await door.deploy(content())).toMatchObject({ status: 202 }));

  it.each<[string, () => unknown, number, string, string | undefined]>([
    ['truncated JSON', () => '{"user_id": "demo"', 400, 'malformed_json', ''],
    ['an open string', () => '{"user_id": "demo', 400, 'malformed_json', ''],
    ['no body', () => '', 400, 'malformed_json', ''],
    ['NUL', () => '{"user_id": "\0"}', 400, 'bad_text', ''],
    ['a list', () => '[]', 422, 'wrong_type', ''],
    ['a key twice', () => '{"user_id": "a", "user_id": "b"}', 422, 'duplicate_key', '/user_id'],
    ['__proto__', () => '{"files": {"__proto__": "x"}}', 422, 'forbidden_key', '/files'],
    ['depth', () => '['.repeat(10_000), 422, 'too_deep', ''],
    ['a typo', () => body({ imagetag: 'v1' }), 422, 'unknown_key', '/imagetag'],
    ['an unknown key', () => body({ whatever_this_may_be: 1 }), 422, 'unknown_key', '/whatever_this_may_be'],
    ['no user', () => body({ user_id: undefined }), 422, 'missing_field', '/user_id'],
    ['a number for the tag', () => body({ image_tag: 1.2 }), 422, 'wrong_type', '/image_tag'],
    ['an empty tag', () => body({ image_tag: '' }), 422, 'invalid_value', '/image_tag'],
    ['an invalid tag', () => body({ image_tag: 'v1:evil' }), 422, 'invalid_value', '/image_tag'],
    ['latest', () => body({ image_tag: 'latest' }), 422, 'invalid_value', '/image_tag'],
    ['an unknown strategy', () => body({ strategy: 'yolo' }), 422, 'invalid_value', '/strategy'],
    ['no files', () => body({ files: {} }), 422, 'missing_field', '/files/deployment'],
    ['no service', () => body({ files: { deployment: manifest.deployment } }), 422, 'missing_field', '/files/service'],
    ['bad base64', () => body({ files: { ...files(), deployment: '***' } }), 422, 'bad_base64', '/files/deployment'],
    ['a forbidden kind', () => body({ files: { ...files(), evil: 'apiVersion: v1\nkind: Namespace\nmetadata: {name: x}' } }), 403, 'forbidden_kind', '/files/evil/0/kind'],
    ['another namespace', () => body({ files: { ...files(), secret: 'apiVersion: v1\nkind: Secret\nmetadata: {name: x, namespace: kube-system}\nstringData: {password: canary-bird}' } }), 403, 'foreign_namespace', '/files/secret/0/metadata/namespace'],
    ['another user', () => body({ user_id: 'other' }), 403, 'forbidden_user', '/user_id'],
    ['another\'s project', () => body({ project_id: 'theirs' }), 403, 'forbidden_project', '/project_id'],
    ['an unknown project', () => body({ project_id: 'nowhere' }), 403, 'forbidden_project', '/project_id'],
  ])('refuses %s, of which nothing is kept', async (_name, content, status, code, pointer) => {
    const before = [await count('event'), await count('artifact')];
    const answer = await door.deploy(content());
    expect(answer).toMatchObject({ status, json: { status, code, pointer, type: `urn:alloy:problem:${code}` } });
    expect(answer.type).toMatch(/^application\/problem\+json/);
    expect(answer.text).not.toMatch(/canary-bird|yolo|v1:evil/);
    expect([await count('event'), await count('artifact')]).toEqual(before);
  });

  it('hints at the key that was meant', async () => {
    expect((await door.deploy(body({ imageTag: 'v1' }))).json.detail).toContain('image_tag');
    expect((await door.deploy(body({ strategi: 'auto' }))).json.detail).toContain('strategy');
  });

  it('names everything that is wrong', async () => {
    const answer = await door.deploy(body({ image_tag: '', commit_sha: '' }));
    expect(answer.json.errors.map((error: { pointer: string }) => error.pointer)).toEqual(['/image_tag', '/commit_sha']);
  });

  it.each([['text/plain'], ['application/x-www-form-urlencoded'], ['application/jsonx']])('refuses the content type %s', async (type) => {
    expect(await door.call('/api/webhook/deploy', { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body()) })).toMatchObject({ status: 415, json: { code: 'unsupported_media_type' } });
  });

  it('refuses packed bodies', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, body: Buffer.from([0x1f, 0x8b, 8]) };
    expect(await door.call('/api/webhook/deploy', init)).toMatchObject({ status: 415, json: { code: 'unsupported_encoding' } });
  });

  it('refuses more than 2 MiB by its announced length, before it arrives', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const outgoing = request({ port: door.port, method: 'POST', path: '/api/webhook/deploy', headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'content-length': 3 * 1024 * 1024 } }, (response) => {
        resolve(response.statusCode);
        outgoing.destroy();
      });
      outgoing.on('error', reject);
      outgoing.flushHeaders();
    });
    expect(status).toBe(413);
  });
});
