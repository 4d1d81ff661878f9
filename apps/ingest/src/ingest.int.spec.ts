import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Relay } from '@alloy/event-store';
import { bootstrap, createLedger, type Ledger } from '@alloy/ledger';
import type { ReleaseEvent } from '@alloy/release';
import { parseConfig, startService, type RunningService } from '@alloy/service';
import { createDatabase, type TestDatabase } from '../../../test/support/database';
import { eventually } from '../../../test/support/eventually';
import { ingestConfig } from './config';
import { serviceOptions } from './service-options';

const TOKEN = 'test-token-that-is-long-enough';
const masterKey = Buffer.alloc(32, 1);
const manifest = {
  deployment: `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 5
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "r.example:5000/shop/web:old"}]}
`,
  service: 'apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n',
  secret: 'apiVersion: v1\nkind: Secret\nmetadata: {name: web}\nstringData: {password: canary-bird}\n',
};
const base64 = (text: string) => Buffer.from(text).toString('base64');
const files = () => ({ secret: base64(manifest.secret), service: base64(manifest.service), deployment: base64(manifest.deployment) });
const body = (rest: Record<string, unknown> = {}) => ({ user_id: 'demo', project_id: 'shop', image_tag: 'v1', commit_sha: 'abc123', files: files(), ...rest });

let database: TestDatabase;
let folder: string;
let service: RunningService;
let ledger: Ledger;
let env: Record<string, string | undefined>;
const lines: string[] = [];

beforeAll(async () => {
  database = await createDatabase();
  folder = await mkdtemp(join(tmpdir(), 'alloy-keystore-'));
  await bootstrap({ databaseUrl: database.url, user: 'demo', project: 'shop', policy: { namespace: 'shop' }, tokenSha256: createHash('sha256').update(TOKEN).digest('hex') });
  await bootstrap({ databaseUrl: database.url, user: 'other', project: 'theirs', tokenSha256: createHash('sha256').update('another-token-long-enough').digest('hex') });
  env = {
    PORT: '0', DATABASE_URL: database.roleUrl('alloy_ingest'), NATS_URL: process.env['ALLOY_TEST_NATS'], ALLOY_MASTER_KEY: masterKey.toString('base64'), ALLOY_KEYSTORE: folder,
  };
  service = await startService({ ...serviceOptions(() => parseConfig(ingestConfig, env)), destination: { write: (line: string) => void lines.push(line) } });
  ledger = createLedger({ databaseUrl: database.roleUrl('alloy_executor'), masterKey, keystoreDir: folder });
});
afterAll(async () => {
  await service?.close();
  await ledger?.close();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly type: string | null;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are looked into, not relied on
  readonly json: any;
  readonly text: string;
}

async function call(path: string, init: RequestInit & { readonly token?: string | null } = {}): Promise<Answer> {
  const { token = TOKEN, ...rest } = init;
  const headers = { ...(token === null ? {} : { authorization: `Bearer ${token}` }), ...(rest.headers as Record<string, string>) };
  const answer = await fetch(`http://127.0.0.1:${service.port}${path}`, { ...rest, headers });
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get('content-type'), json: text.startsWith('{') ? JSON.parse(text) : undefined, text };
}
const post = (path: string, content: unknown, token?: string | null): Promise<Answer> =>
  call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: typeof content === 'string' ? content : JSON.stringify(content), ...(token === undefined ? {} : { token }) });
const deploy = (content: unknown, token?: string | null) => post('/api/webhook/deploy', content, token);
const appended = async (): Promise<number> => (await ledger.pool.query('SELECT count(*)::int AS n FROM event')).rows[0].n;
const sealed = async (): Promise<number> => (await ledger.pool.query('SELECT count(*)::int AS n FROM artifact')).rows[0].n;

describe('the webhook', () => {
  it('takes the original\'s request', async () => {
    const answer = await deploy(body({ strategy: 'canary' }));
    expect(answer).toMatchObject({ status: 202, json: { project_id: 'shop', strategy: 'canary' } });
    const { release_id: id, status_url: url } = answer.json;
    expect(url).toBe(`http://127.0.0.1:${service.port}/api/v1/releases/${id}`);

    const { state, events } = await ledger.log.load(id);
    expect(state).toMatchObject({ status: 'requested', project: 'shop', environment: 'production', request: { image: 'r.example:5000/shop/web', imageTag: 'v1', workload: 'web', replicas: 5 } });
    expect(events[0]).toMatchObject({ actor: { kind: 'ci', id: 'demo' }, correlationId: id, causationId: null });
    const bundle = await ledger.artifacts.open((events[0]!.data as { artifact: string }).artifact);
    expect(bundle.objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace}`)).toEqual(expect.arrayContaining(['Secret shop', 'Service shop', 'Deployment shop']));
    expect(JSON.stringify(bundle)).toContain('r.example:5000/shop/web:v1');
  });

  it.each([
    ['wrapped base64 with raw line breaks inside of strings', () => JSON.stringify(body()).replace(base64(manifest.deployment), base64(manifest.deployment).replace(/(.{76})/g, '$1\n'))],
    ['plain YAML', () => body({ files: { service: manifest.service, deployment: manifest.deployment } })],
    ['plain YAML with raw line breaks', () => JSON.stringify(body({ files: { service: manifest.service, deployment: manifest.deployment } })).replaceAll('\\n', '\n')],
    ['further files', () => body({ files: { ...files(), config: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n' } })],
    ['the strategy rollout', () => body({ strategy: 'rollout' })],
  ])('takes %s', async (_name, content) => expect(await deploy(content())).toMatchObject({ status: 202 }));

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
    const before = [await appended(), await sealed()];
    const answer = await deploy(content());
    expect(answer).toMatchObject({ status, json: { status, code, pointer, type: `urn:alloy:problem:${code}` } });
    expect(answer.type).toMatch(/^application\/problem\+json/);
    expect(answer.text).not.toMatch(/canary-bird|yolo|v1:evil/);
    expect([await appended(), await sealed()]).toEqual(before);
  });

  it('hints at the key that was meant', async () => {
    expect((await deploy(body({ imageTag: 'v1' }))).json.detail).toContain('image_tag');
    expect((await deploy(body({ strategi: 'auto' }))).json.detail).toContain('strategy');
  });

  it('names everything that is wrong', async () => {
    const answer = await deploy(body({ image_tag: '', commit_sha: '' }));
    expect(answer.json.errors.map((error: { pointer: string }) => error.pointer)).toEqual(['/image_tag', '/commit_sha']);
  });

  it.each([['text/plain'], ['application/x-www-form-urlencoded'], ['application/jsonx']])('refuses the content type %s', async (type) => {
    expect(await call('/api/webhook/deploy', { method: 'POST', headers: { 'content-type': type }, body: JSON.stringify(body()) })).toMatchObject({ status: 415, json: { code: 'unsupported_media_type' } });
  });

  it('refuses packed bodies', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, body: Buffer.from([0x1f, 0x8b, 8]) };
    expect(await call('/api/webhook/deploy', init)).toMatchObject({ status: 415, json: { code: 'unsupported_encoding' } });
  });

  it('refuses more than 2 MiB by its announced length, before it arrives', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const outgoing = request({ port: service.port, method: 'POST', path: '/api/webhook/deploy', headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', 'content-length': 3 * 1024 * 1024 } }, (response) => {
        resolve(response.statusCode);
        outgoing.destroy();
      });
      outgoing.on('error', reject);
      outgoing.flushHeaders();
    });
    expect(status).toBe(413);
  });
});

describe('the guard', () => {
  it.each([
    ['POST', '/api/webhook/deploy'], ['GET', '/api/v1/releases/x'], ['GET', '/api/v1/releases/x/events'], ['POST', '/api/v1/releases/x/abort'],
    ['GET', '/api/v1/projects/shop/stable'], ['GET', '/api/v1/projects/shop/history'], ['HEAD', '/api/v1/projects/shop/history'], ['GET', '/%61pi/v1/projects/shop/history'],
  ])('closes %s %s to whom it does not know', async (method, path) => {
    for (const token of [null, 'a-token-that-nobody-has', 'short']) expect((await call(path, { method, token })).status).toBe(401);
  });

  it('asks for the scheme Bearer', async () => {
    const answer = await call('/api/v1/projects/shop/history', { token: null, headers: { authorization: `Basic ${TOKEN}` } });
    expect(answer).toMatchObject({ status: 401, json: { code: 'unauthorized' } });
  });

  it.each(['/health', '/livez', '/readyz', '/metrics'])('leaves %s open', async (path) => expect((await call(path, { token: null })).status).toBe(200));

  it('keeps projects apart', async () => {
    const { json } = await deploy(body());
    const token = 'another-token-long-enough';
    for (const path of [`/api/v1/releases/${json.release_id}`, `/api/v1/releases/${json.release_id}/events`, '/api/v1/projects/shop/stable', '/api/v1/projects/shop/history']) {
      expect(await call(path, { token })).toMatchObject({ status: 403, json: { code: 'forbidden_project' } });
    }
    expect((await post(`/api/v1/releases/${json.release_id}/abort`, {}, token)).status).toBe(403);
  });

  it('notes when a token was used', async () => {
    await eventually(async () => {
      const { rows } = await ledger.pool.query(`SELECT 1`);
      expect(rows).toHaveLength(1);
      const source = createLedger({ databaseUrl: database.url });
      const used = await source.pool.query(`SELECT last_used_at FROM token WHERE account = 'demo'`).finally(() => source.close());
      expect(used.rows[0].last_used_at).not.toBeNull();
    });
  });
});

describe('the API', () => {
  it('shows a release before it is planned', async () => {
    const { json } = await deploy(body({ strategy: 'auto' }));
    expect(await call(`/api/v1/releases/${json.release_id}`)).toMatchObject({
      status: 200,
      json: {
        id: json.release_id, project: 'shop', environment: 'production', status: 'requested', requestedStrategy: 'auto', strategy: null, plan: null, step: null,
        image: 'r.example:5000/shop/web', imageTag: 'v1', commitSha: 'abc123', weights: null, verdicts: [], stable: null, reason: null, times: { plannedAt: null, endedAt: null },
      },
    });
  });

  it('gives the events page by page', async () => {
    const { json } = await deploy(body());
    await post(`/api/v1/releases/${json.release_id}/abort`, { reason: 'a test' });
    const first = await call(`/api/v1/releases/${json.release_id}/events?limit=1`);
    expect(first.json).toMatchObject({ items: [{ type: 'ReleaseRequested', version: 1 }], nextCursor: '1' });
    const second = await call(`/api/v1/releases/${json.release_id}/events?limit=1&cursor=${first.json.nextCursor}`);
    expect(second.json).toMatchObject({ items: [{ type: 'AbortRequested', data: { reason: 'a test' }, actor: { kind: 'user', id: 'demo' } }], nextCursor: null });
    expect(await call(`/api/v1/releases/${json.release_id}/events?limit=0`)).toMatchObject({ status: 422, json: { pointer: '/limit' } });
  });

  it('takes an abort with and without a reason, and refuses it once the release has ended', async () => {
    const { json } = await deploy(body());
    const path = `/api/v1/releases/${json.release_id}/abort`;
    expect(await call(path, { method: 'POST' })).toMatchObject({ status: 202, json: { id: json.release_id } });
    expect(await post(path, { because: 'x' })).toMatchObject({ status: 422, json: { code: 'unknown_key' } });
    const planner = createLedger({ databaseUrl: database.roleUrl('alloy_planner') });
    const { state } = await planner.log.load(json.release_id);
    const reason = { code: 'aborted' as const, rule: 'test', text: 'aborted', evidence: {} };
    await planner.log.append(state, [{ type: 'ReleaseAborted', data: { reason } }], { expected: state.version, actor: { kind: 'service', id: 'planner' } });
    await planner.close();
    expect(await post(path, {})).toMatchObject({ status: 409, json: { code: 'too_late' } });
    expect(await call(`/api/v1/releases/${json.release_id}`)).toMatchObject({ json: { status: 'aborted', reason: { text: 'aborted' } } });
  });

  it('shows the plan, the step, what became stable, and the history', async () => {
    const { json } = await deploy(body({ strategy: 'rollout' }));
    const id = json.release_id as string;
    const planner = createLedger({ databaseUrl: database.roleUrl('alloy_planner') });
    const relay = new Relay({ pool: planner.pool, holder: 'test', publisher: { publish: async () => {} }, unfinished: async () => [], onError: () => {}, pollMs: 10 });
    const decide = async (...events: ReleaseEvent[]) => {
      const { state } = await planner.log.load(id);
      await planner.log.append({ releaseId: id, project: 'shop', environment: 'production' }, events, { expected: state.version, actor: { kind: 'service', id: 'planner' } });
    };
    const reason = { code: 'first_release' as const, rule: 'test', text: 'the first release', evidence: {} };
    const spec = { kind: 'promote' as const, target: { cluster: 'default', namespace: 'shop' }, deadline: 60, replicas: 5 };
    try {
      relay.start();
      const { policy } = (await planner.policies.find('shop', 'production'))!;
      await decide(
        { type: 'ReleasePlanned', data: { plan: { strategy: 'rollout', router: 'podRatio', replicas: 5, steps: [spec] }, policy, slotCounter: 1, stable: null, reason } },
        { type: 'PromotionDecided', data: { reason } },
        { type: 'StepStarted', data: { step: 0, attempt: 1, decision: 4, spec } },
      );
      expect((await call(`/api/v1/releases/${id}`)).json).toMatchObject({
        status: 'promoting', requestedStrategy: 'rollout', strategy: 'rollout', plan: { replicas: 5, steps: [{ kind: 'promote' }] },
        step: { index: 0, of: 1, kind: 'promote', attempt: 1, startedAt: expect.any(String) }, weights: { reached: null }, times: { plannedAt: expect.any(String), endedAt: null },
      });
      await decide({ type: 'ReleasePromoted', data: { reason } });
      expect((await call('/api/v1/projects/shop/stable')).json).toMatchObject({ project: 'shop', environment: 'production', releaseId: id, imageTag: 'v1' });
      await eventually(async () => {
        const { json: page } = await call('/api/v1/projects/shop/history?limit=1');
        expect(page).toMatchObject({ items: [{ id, status: 'promoted', strategy: 'rollout', reason: { code: 'first_release' } }], nextCursor: expect.any(String) });
        const next = await call(`/api/v1/projects/shop/history?limit=1000&cursor=${page.nextCursor}`);
        expect(next.json.items.map((item: { id: string }) => item.id)).not.toContain(id);
        expect(next.json.nextCursor).toBeNull();
      });
      expect((await call('/api/v1/projects/shop/history?environment=staging')).json).toEqual({ items: [], nextCursor: null });
    } finally {
      await relay.stop();
      await planner.close();
    }
  });

  it.each(['/api/v1/releases/01UNKNOWN', '/api/v1/releases/01UNKNOWN/events', '/api/v1/nothing', '/api/v1/projects/shop/stable/'])('knows nothing of %s', async (path) => {
    expect((await call(path)).status).toBe(404);
  });

  it('says that no version is stable yet', async () => {
    expect(await call('/api/v1/projects/shop/stable?environment=staging')).toMatchObject({ status: 404, json: { code: 'no_stable_version' } });
  });
});

describe('without its database', () => {
  const admin = (sql: string) => {
    const owner = createLedger({ databaseUrl: database.url });
    return owner.pool.query(sql).finally(() => owner.close());
  };
  const name = () => new URL(database.url).pathname.slice(1);
  const disconnect = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'alloy_ingest'`;

  it('takes nothing and says so; afterwards it goes on', async () => {
    await admin(`ALTER DATABASE ${name()} CONNECTION LIMIT 0`);
    await admin(disconnect);
    expect(await deploy(body())).toMatchObject({ status: 503, json: { code: 'unavailable' } });
    expect(await call('/health', { token: null })).toMatchObject({ status: 503, json: { status: 'unavailable' } });
    expect((await call('/livez', { token: null })).status).toBe(200);
    await admin(`ALTER DATABASE ${name()} CONNECTION LIMIT -1`);
    expect(await deploy(body())).toMatchObject({ status: 202 });
  });
});

it('takes releases without NATS', async () => {
  const lonely = await startService({ ...serviceOptions(() => parseConfig(ingestConfig, { ...env, NATS_URL: 'nats://127.0.0.1:1' })), destination: { write: () => {} } });
  try {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const answer = await fetch(`http://127.0.0.1:${lonely.port}/api/webhook/deploy`, { method: 'POST', headers, body: JSON.stringify(body()) });
    expect(answer.status).toBe(202);
  } finally {
    await lonely.close();
  }
});

it('logs no secret, neither raw nor in base64', () => {
  expect(lines.join('\n')).not.toMatch(new RegExp(`${TOKEN}|canary-bird|${base64('canary-bird')}|${base64(manifest.secret).slice(0, 40)}`));
});
