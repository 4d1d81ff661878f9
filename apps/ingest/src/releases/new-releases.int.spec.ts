import { parse } from 'yaml';
import { bootstrap } from '@alloy/ledger';
import { base64, manifest } from '../testing/deploy-body';
import type { Answer } from '../testing/answer';
import { startTestIngest, type TestIngest } from '../testing/test-ingest';
import { playRelease } from '../testing/play-release';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest();
  await bootstrap({
    databaseUrl: ingest.database.url, user: 'demo', project: 'shop', environment: 'staging',
    policy: { namespace: 'shop-staging' },
  });
});
afterAll(() => ingest?.close());

const order = (rest: Record<string, unknown> = {}) => ({
  project: 'shop', imageTag: 'v1', commitSha: 'abc123', strategy: 'rollout',
  manifests: [parse(manifest.deployment), manifest.service, base64(manifest.secret)],
  ...rest,
});
const create = (content: unknown): Promise<Answer> => ingest.post('/api/v1/releases', content);
const count = async (): Promise<number> => (await ingest.ledger.pool.query('SELECT count(*)::int AS n FROM event')).rows[0].n;

describe('a new release by JSON', () => {
  it('accepts objects, YAML and base64, and a reason', async () => {
    const { status, json } = await create(order({ reason: 'the spring sale' }));
    expect({ status, json }).toMatchObject({
      status: 202,
      json: {
        project: 'shop', environment: 'production', status: 'requested', strategy: 'rollout', imageTag: 'v1',
        retryOf: null, rollbackOf: null,
        statusUrl: `/api/v1/releases/${json.id}`,
      },
    });
    expect((await ingest.call(json.statusUrl)).json).toMatchObject({
      id: json.id, requestReason: 'the spring sale', image: 'r.example:5000/shop/web',
    });
    const { events } = await ingest.ledger.log.load(json.id);
    const bundle = await ingest.ledger.artifacts.open((events[0]!.data as { artifact: string }).artifact);
    expect(bundle.objects.map(({ kind }) => kind).sort()).toEqual(['Deployment', 'Secret', 'Service']);
    await ingest.post(`/api/v1/releases/${json.id}/abort`, {});
    await playRelease(ingest, json.id);
  });

  it('uses the policy of another environment, in parallel to production and without waiting for it', async () => {
    const production = (await create(order())).json.id;
    await playRelease(ingest, production, 'releasing');
    const { json } = await create(order({ environment: 'staging' }));
    expect(await playRelease(ingest, json.id)).toMatchObject({
      status: 'promoted',
      environment: 'staging',
      policy: { namespace: 'shop-staging' },
    });
    expect((await ingest.call('/api/v1/projects/shop/stable?environment=staging')).json).toMatchObject({
      environment: 'staging',
      releaseId: json.id,
    });
    expect((await ingest.call('/api/v1/projects/shop/stable')).status).toBe(404);
    expect((await playRelease(ingest, production)).status).toBe('promoted');
  });

  it('is created once for each Idempotency-Key', async () => {
    const send = () =>
      ingest.call('/api/v1/releases', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'build-17' },
        body: JSON.stringify(order()),
      });
    const [first, before] = [await send(), await count()];
    expect(await send()).toMatchObject({ status: 202, json: first.json });
    expect(await count()).toBe(before);
  });

  it('reports the line in a manifest that is text, and none in an object', async () => {
    const service = { apiVersion: 'v2', kind: 'Service', metadata: { name: 'x' } };
    const text = 'metadata: {name: x}\nkind: Service\napiVersion: v2\n';
    const { json } = await create(order({ manifests: [service, text] }));
    const fault = { code: 'unsupported_api_version', detail: expect.any(String) as string };
    expect(json.errors).toEqual([
      { ...fault, pointer: '/manifests/0/0/apiVersion' },
      { ...fault, pointer: '/manifests/1/0/apiVersion', line: 3, column: 13, excerpt: '3 | apiVersion: …\n  |             ^' },
    ]);
  });

  it('lists what the release leaves to others, in its answer, in the release and in its history', async () => {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } };
    const left = [{ apiVersion: 'v1', kind: 'Namespace', name: 'x', why: 'Alloy never writes cluster-scoped objects.' }];
    const { status, json } = await create(order({ manifests: [manifest.deployment, namespace] }));
    expect([status, json.left]).toEqual([202, left]);
    const { state, events } = await ingest.ledger.log.load(json.id);
    expect([events[0]!.data, state]).toEqual([expect.objectContaining({ left }), expect.objectContaining({ request: events[0]!.data })]);
    expect((await ingest.call(`/api/v1/releases/${json.id}`)).json.left).toEqual(left);
    const whole = await create(order({ imageTag: 'v9' }));
    expect(whole.json.left).toEqual([]);
    expect((await ingest.ledger.log.load(whole.json.id)).events[0]!.data).not.toHaveProperty('left');
  });

  it.each<[string, Record<string, unknown>, number, string, string]>([
    ['an environment without a policy', { environment: 'nowhere' }, 422, 'unknown_environment', '/environment'],
    ['no manifests', { manifests: [] }, 422, 'invalid_value', '/manifests'],
    ['a number for a manifest', { manifests: [1] }, 422, 'invalid_value', '/manifests/0'],
    ['an invalid second manifest', { manifests: [manifest.deployment, '***'] }, 422, 'bad_base64', '/manifests/1'],
    ['no Deployment', { manifests: [manifest.service] }, 422, 'one_deployment', '/manifests'],
    ['latest', { imageTag: 'latest' }, 422, 'invalid_value', '/imageTag'],
    ["the webhook's spelling", { image_tag: 'v1' }, 422, 'unknown_key', '/image_tag'],
    ["another's project", { project: 'theirs' }, 403, 'forbidden_project', '/project'],
    ['a reason with NUL', { reason: '\0' }, 400, 'bad_text', '/reason'],
  ])('refuses %s, and stores nothing', async (_name, rest, status, code, pointer) => {
    const before = await count();
    expect(await create(order(rest))).toMatchObject({ status, json: { code, pointer } });
    expect(await count()).toBe(before);
  });
});
