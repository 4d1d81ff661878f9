import { bootstrap } from '@alloy/ledger';
import { body } from '../testing/deploy-body';
import type { Answer } from '../testing/answer';
import { startTestIngest, OTHER_TOKEN, sha256, TOKEN, type TestIngest } from '../testing/test-ingest';

const ROOT = 'the-token-of-the-first-admin';
/** An administrator of only the project shop. */
const SHOPKEEPER = 'the-token-of-the-shopkeeper';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest();
  const registered = { databaseUrl: ingest.database.url, tokenScope: 'admin' as const };
  await bootstrap({ ...registered, user: 'root', project: 'shop', tokenProjects: ['*'], tokenSha256: sha256(ROOT) });
  await bootstrap({ ...registered, user: 'keeper', project: 'shop', tokenSha256: sha256(SHOPKEEPER) });
});
afterAll(() => ingest?.close());

const post = (path: string, content: unknown, token = ROOT): Promise<Answer> => ingest.post(path, content, token);
const get = (path: string, token = ROOT): Promise<Answer> => ingest.call(path, { token });
const remove = (path: string, token = ROOT): Promise<Answer> => ingest.call(path, { method: 'DELETE', token });
const ids = ({ json }: Answer): readonly string[] => json.items.map(({ id }: { id: string }) => id);

describe('users', () => {
  it('are added, listed and removed by an administrator of all projects', async () => {
    expect(await post('/api/v1/users', { id: 'ann' })).toMatchObject({ status: 201, json: { id: 'ann', createdAt: expect.any(String) } });
    expect(await post('/api/v1/users', { id: 'ann' })).toMatchObject({ status: 409, json: { code: 'user_exists' } });
    expect(ids(await get('/api/v1/users'))).toEqual(['ann', 'demo', 'keeper', 'other', 'root']);
    expect((await remove('/api/v1/users/ann')).status).toBe(204);
    expect(await remove('/api/v1/users/ann')).toMatchObject({ status: 404, json: { code: 'unknown_user' } });
    expect(ids(await get('/api/v1/users'))).not.toContain('ann');
    expect((await post('/api/v1/users', { id: 'ann' })).status).toBe(201);
  });

  it('are listed page by page', async () => {
    const first = await get('/api/v1/users?limit=2');
    expect(ids(first)).toHaveLength(2);
    const second = await get(`/api/v1/users?limit=999&cursor=${first.json.nextCursor}`);
    expect([...ids(first), ...ids(second)]).toEqual(ids(await get('/api/v1/users')));
    expect(second.json.nextCursor).toBeNull();
    expect((await get('/api/v1/users?cursor=AAAA')).status).toBe(422);
  });

  it.each(['GET', 'POST', 'DELETE'])('are forbidden to an administrator of one project: %s', async (method) => {
    const answer = await ingest.call(method === 'DELETE' ? '/api/v1/users/demo' : '/api/v1/users', { method, token: SHOPKEEPER });
    expect(answer).toMatchObject({ status: 403, json: { code: 'forbidden_project' } });
  });

  it('lose their tokens permanently when they are removed', async () => {
    await post('/api/v1/users', { id: 'bob' });
    const { json } = await post('/api/v1/tokens', { user: 'bob', scope: 'read', projects: ['shop'] });
    expect((await get('/api/v1/projects/shop', json.token)).status).toBe(200);
    await remove('/api/v1/users/bob');
    expect((await get('/api/v1/projects/shop', json.token)).status).toBe(401);
    await post('/api/v1/users', { id: 'bob' });
    expect((await get('/api/v1/projects/shop', json.token)).status).toBe(401);
  });
});

describe('tokens', () => {
  it('show their text once, and only its digest is stored', async () => {
    const made = await post('/api/v1/tokens', {
      user: 'demo', name: 'CI of the shop', scope: 'deploy',
      projects: ['shop'],
      expiresAt: '2199-01-31T12:00:00+01:00',
    });
    expect(made).toMatchObject({
      status: 201,
      json: {
        user: 'demo', name: 'CI of the shop', scope: 'deploy',
        projects: ['shop'],
        expiresAt: '2199-01-31T11:00:00.000Z',
        lastUsedAt: null,
      },
    });
    expect(made.json.token).toMatch(/^alloy_[A-Za-z0-9_-]{43}$/);
    expect((await ingest.post('/api/webhook/deploy', body(), made.json.token)).status).toBe(202);
    const listed = await get('/api/v1/tokens?user=demo');
    expect(listed.json.items).toContainEqual(expect.objectContaining({ id: made.json.id, lastUsedAt: expect.any(String) }));
    const rows = await ingest.asOwner('SELECT * FROM token');
    expect(rows).toContainEqual(expect.objectContaining({ sha256: sha256(made.json.token) }));
    expect(JSON.stringify([listed.text, rows, ingest.lines])).not.toContain(made.json.token.slice(6));
  });

  it('are invalid immediately after they are revoked', async () => {
    const { json } = await post('/api/v1/tokens', { scope: 'read', projects: ['*'] });
    expect((await get('/api/v1/projects/theirs', json.token)).status).toBe(200);
    expect((await remove(`/api/v1/tokens/${json.id}`)).status).toBe(204);
    expect((await get('/api/v1/projects/theirs', json.token)).status).toBe(401);
    expect(await remove(`/api/v1/tokens/${json.id}`)).toMatchObject({ status: 404, json: { code: 'unknown_token' } });
    expect((await remove('/api/v1/tokens/nonsense')).status).toBe(404);
  });

  it('are invalid after they expire', async () => {
    const { json } = await post('/api/v1/tokens', { scope: 'read', projects: ['shop'], expiresAt: '2199-01-01T00:00:00Z' });
    await ingest.asOwner(`UPDATE token SET expires_at = clock_timestamp() WHERE id = '${json.id}'`);
    expect((await get('/api/v1/projects/shop', json.token)).status).toBe(401);
  });

  it.each([
    ['more scope', TOKEN, { scope: 'read', projects: ['shop'] }, 403, 'forbidden_scope', undefined],
    ['another project', SHOPKEEPER, { scope: 'read', projects: ['shop', 'theirs'] }, 403, 'forbidden_project', '/projects/1'],
    ['all projects', SHOPKEEPER, { scope: 'read', projects: ['*'] }, 403, 'forbidden_project', '/projects/0'],
    ['another user', SHOPKEEPER, { scope: 'read', projects: ['shop'], user: 'root' }, 403, 'forbidden_project', '/user'],
    ['unknown', ROOT, { scope: 'read', projects: ['shop'], user: 'unknown' }, 422, 'unknown_user', '/user'],
    ['an unknown project', ROOT, { scope: 'read', projects: ['shop', 'nowhere'] }, 422, 'unknown_project', '/projects/1'],
    ['no project', ROOT, { scope: 'read', projects: [] }, 422, 'invalid_value', '/projects'],
    ['an unknown scope', ROOT, { scope: 'root', projects: ['shop'] }, 422, 'invalid_value', '/scope'],
    ['a time in the past', ROOT, { scope: 'read', projects: ['shop'], expiresAt: '2001-01-01T00:00:00Z' }, 422, 'expired', '/expiresAt'],
    [
      'a time after the year 9999',
      ROOT,
      { scope: 'read', projects: ['shop'], expiresAt: '9999-12-31T23:59:59-23:59' },
      422,
      'invalid_value',
      '/expiresAt',
    ],
    ['no time', ROOT, { scope: 'read', projects: ['shop'], expiresAt: 'tomorrow' }, 422, 'invalid_value', '/expiresAt'],
    ['a typo', ROOT, { scope: 'read', project: ['shop'] }, 422, 'unknown_key', '/project'],
  ])('are not created for %s', async (_, token, content, status, code, pointer) => {
    const answer = await post('/api/v1/tokens', content, token);
    expect(answer.status).toBe(status);
    expect([answer.json, ...(answer.json.errors ?? [])]).toContainEqual(
      expect.objectContaining({ code, ...(pointer === undefined ? {} : { pointer }) }),
    );
  });

  it('are listed and revoked only by administrators of all their projects', async () => {
    const { json } = await post('/api/v1/tokens', { scope: 'operate', projects: ['shop'] }, SHOPKEEPER);
    expect(json.user).toBe('keeper');
    const seen = (await get('/api/v1/tokens', SHOPKEEPER)).json.items;
    expect(seen.every(({ projects }: { projects: readonly string[] }) => projects.every((project) => project === 'shop'))).toBe(true);
    const wide = (await get('/api/v1/tokens')).json.items.find(
      ({ user, projects }: { user: string; projects: readonly string[] }) => user === 'root' && projects.includes('*'),
    );
    expect((await remove(`/api/v1/tokens/${wide.id}`, SHOPKEEPER)).status).toBe(404);
    expect((await remove(`/api/v1/tokens/${json.id}`, SHOPKEEPER)).status).toBe(204);
  });
});

describe('projects', () => {
  it('are created with a policy, whose missing fields get their defaults', async () => {
    const made = await post('/api/v1/projects', {
      id: 'books',
      policy: { namespace: 'books', whenBusy: 'queue', stages: [{ weight: 50, duration: 10 }] },
    });
    expect(made).toMatchObject({
      status: 201,
      json: {
        id: 'books',
        policies: {
          production: { namespace: 'books', whenBusy: 'queue', onFirstFailure: 'keep', progressDeadline: 600, analysis: { mode: 'auto' } },
        },
      },
    });
    expect(await post('/api/v1/projects', { id: 'books' })).toMatchObject({ status: 409, json: { code: 'project_exists' } });
    expect((await get('/api/v1/projects/books')).json).toEqual(made.json);
    expect(await get('/api/v1/projects/nowhere')).toMatchObject({ status: 404, json: { code: 'unknown_project' } });
  });

  it('are listed for the callers with access to them', async () => {
    expect(ids(await get('/api/v1/projects'))).toEqual(expect.arrayContaining(['shop', 'theirs']));
    expect(ids(await get('/api/v1/projects', TOKEN))).toEqual(['shop']);
    expect(ids(await get('/api/v1/projects', OTHER_TOKEN))).toEqual(['theirs']);
    expect(await get('/api/v1/projects/shop', OTHER_TOKEN)).toMatchObject({ status: 403, json: { code: 'forbidden_project' } });
  });

  const change = (content: unknown, token = ROOT, project = 'shop') =>
    ingest.call(`/api/v1/projects/${project}`, {
      method: 'PATCH',
      token,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(content),
    });

  it('change by a merge patch for each environment', async () => {
    expect(
      (await change({ policy: { analysis: { mode: 'health' }, progressDeadline: 30 } }, SHOPKEEPER)).json.policies.production,
    ).toMatchObject({ namespace: 'shop', progressDeadline: 30, analysis: { mode: 'health', minRequests: 50 } });
    expect((await change({ policy: { progressDeadline: null } })).json.policies.production).toMatchObject({
      progressDeadline: 600,
      analysis: { mode: 'health' },
    });
    expect((await change({ environment: 'staging', policy: { namespace: 'shop-staging' } })).json.policies).toMatchObject({
      production: { namespace: 'shop' },
      staging: { namespace: 'shop-staging', whenBusy: 'latestOnly' },
    });
    expect((await ingest.ledger.policies.find('shop', 'staging'))!.policy).toMatchObject({ namespace: 'shop-staging' });
  });

  it('keep all of many concurrent changes', async () => {
    await Promise.all(
      [{ progressDeadline: 77 }, { whenBusy: 'reject' }, { image: 'r.example/shop' }, { onFirstFailure: 'scaleToZero' }].map((policy) =>
        change({ policy }),
      ),
    );
    expect((await get('/api/v1/projects/shop')).json.policies.production).toMatchObject({
      progressDeadline: 77, whenBusy: 'reject', image: 'r.example/shop', onFirstFailure: 'scaleToZero',
    });
  });

  it.each([
    ['a typo', { progresDeadline: 5 }, 'unknown_key', '/policy/progresDeadline', 'progressDeadline'],
    ['a typo further down', { analysis: { minRequest: 5 } }, 'unknown_key', '/policy/analysis/minRequest', 'minRequests'],
    [
      'decreasing weights',
      {
        stages: [
          { weight: 50, duration: 5 },
          { weight: 20, duration: 5 },
        ],
      },
      'invalid_value',
      '/policy/stages',
      'decrease',
    ],
    ['a weight over 100', { stages: [{ weight: 101, duration: 5 }] }, 'invalid_value', '/policy/stages/0/weight', ''],
    ['no stage', { stages: [] }, 'invalid_value', '/policy/stages', ''],
    ['an empty duration', { stages: [{ weight: 10, duration: 0 }] }, 'invalid_value', '/policy/stages/0/duration', ''],
    ['a wrong type', { namespace: 5 }, 'wrong_type', '/policy/namespace', 'string'],
  ])('refuse %s, and do not change', async (_, policy, code, pointer, detail) => {
    const before = (await get('/api/v1/projects/theirs')).json;
    const answer = await change({ policy }, ROOT, 'theirs');
    expect(answer).toMatchObject({ status: 422, json: { code, pointer, detail: expect.stringContaining(detail) } });
    expect((await get('/api/v1/projects/theirs')).json).toEqual(before);
  });

  it('keep their namespace, unless an administrator of all projects changes it', async () => {
    const answer = await change({ policy: { namespace: 'kube-system', whenBusy: 'queue' } }, SHOPKEEPER);
    expect(answer).toMatchObject({ status: 403, json: { code: 'forbidden_project', pointer: '/policy/namespace' } });
    expect((await change({ policy: { namespace: null } }, SHOPKEEPER)).status).toBe(403);
    expect((await get('/api/v1/projects/shop')).json.policies.production).toMatchObject({ namespace: 'shop', whenBusy: 'reject' });
    expect((await change({ policy: { namespace: 'shop', progressDeadline: 78 } }, SHOPKEEPER)).status).toBe(200);
  });

  it('get a new environment, with its namespace, only from an administrator of all projects', async () => {
    for (const policy of [{}, { namespace: null }, { namespace: 'default' }, { namespace: 'shop' }, { whenBusy: 'queue' }, { allow: [] }]) {
      const answer = await change({ environment: 'preview', policy }, SHOPKEEPER);
      expect(answer).toMatchObject({
        status: 403,
        json: {
          code: 'forbidden_project',
          pointer: '/policy/namespace',
          detail: expect.stringContaining('administrator of all projects'),
        },
      });
    }
    expect((await get('/api/v1/projects/shop')).json.policies).not.toHaveProperty('preview');
    expect((await change({ environment: 'preview', policy: { namespace: 'shop-preview' } })).status).toBe(200);
    expect((await change({ environment: 'preview', policy: { whenBusy: 'queue' } }, SHOPKEEPER)).json.policies.preview).toMatchObject({
      namespace: 'shop-preview',
      whenBusy: 'queue',
    });
  });

  it('are created only by an administrator of all projects', async () => {
    expect((await post('/api/v1/projects', { id: 'mine' }, SHOPKEEPER)).json).toMatchObject({ code: 'forbidden_project' });
    expect((await change({ policy: {} }, SHOPKEEPER, 'theirs')).json).toMatchObject({ code: 'forbidden_project' });
    expect((await change({ policy: {} }, TOKEN)).json).toMatchObject({ code: 'forbidden_scope' });
    expect((await change({ policy: {} }, ROOT, 'nowhere')).json).toMatchObject({ code: 'unknown_project' });
  });

  it('log a line with the administrator, the action and the given reason', async () => {
    await change({ environment: 'tests', policy: {}, reason: 'a test of it' });
    const line = ingest.lines.map((text) => JSON.parse(text) as Record<string, unknown>).find(({ environment }) => environment === 'tests');
    expect(line).toMatchObject({ audit: 'policy_changed', by: 'root', subject: 'shop', reason: 'a test of it' });
  });
});
