import { bootstrap } from '@alloy/ledger';
import { body } from '../testing/deploy-body';
import { startTestIngest, sha256, type TestIngest } from '../testing/test-ingest';
import { playRelease } from '../testing/play-release';

const ROOT = 'a-token-for-every-project';
let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest();
  await bootstrap({ databaseUrl: ingest.database.url, user: 'root', project: '*', tokenSha256: sha256(ROOT), tokenScope: 'admin' });
});
afterAll(() => ingest?.close());

const get = (path: string) => ingest.call(`/api/v1/projects/${path}`, { token: ROOT });
const rollback = (project: string, environment: string) => ingest.post(`/api/v1/projects/${project}/rollback`, { environment }, ROOT);

it('answers 404 instead of an empty list for an unknown project', async () => {
  for (const what of ['stable', 'window', 'history', 'secrets'])
    expect([what, await get(`nowhere/${what}`)]).toMatchObject([what, { status: 404, json: { code: 'unknown_project' } }]);
  expect(await rollback('nowhere', 'production')).toMatchObject({ status: 404, json: { code: 'unknown_project' } });
});

it('answers 404 for an environment without a policy', async () => {
  for (const what of ['stable', 'window', 'history'])
    expect([what, await get(`shop/${what}?environment=staging`)]).toMatchObject([
      what,
      { status: 404, json: { code: 'unknown_environment' } },
    ]);
  expect(await rollback('shop', 'staging')).toMatchObject({ status: 404, json: { code: 'unknown_environment' } });
  await ingest.call('/api/v1/projects/shop', {
    method: 'PATCH',
    token: ROOT,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ environment: 'staging', policy: { namespace: 'shop-staging' } }),
  });
  expect(await get('shop/window?environment=staging')).toMatchObject({ status: 200, json: { open: true } });
  expect(await get('shop/history?environment=staging')).toMatchObject({ status: 200, json: { items: [], nextCursor: null } });
  expect(await get('shop/stable?environment=staging')).toMatchObject({ status: 404, json: { code: 'no_stable_version' } });
});

it('refuses releases to an environment without a policy, because a deploy token must not choose the default namespace', async () => {
  await ingest.post('/api/v1/projects', { id: 'books', environment: 'staging', policy: { namespace: 'books-staging' } }, ROOT);
  const token = 'a-token-that-may-release-books';
  await bootstrap({ databaseUrl: ingest.database.url, user: 'demo', project: 'books', tokenSha256: sha256(token), tokenScope: 'deploy' });
  const deploy = () => ingest.post('/api/webhook/deploy', body({ project_id: 'books' }), token);
  expect(await deploy()).toMatchObject({
    status: 422,
    json: { code: 'unknown_environment', detail: expect.stringContaining('namespace') },
  });
  expect(await ingest.asOwner(`SELECT FROM event WHERE project = 'books' AND stream LIKE 'release-%'`)).toEqual([]);
  await ingest.call('/api/v1/projects/books', {
    method: 'PATCH',
    token: ROOT,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ policy: { namespace: 'books' } }),
  });
  const released = await deploy();
  expect(released.status).toBe(202);
  await playRelease(ingest, released.json.release_id);
  await ingest.asOwner(`DELETE FROM project_policy WHERE project = 'books' AND environment = 'production'`);
  expect(await ingest.post(`/api/v1/releases/${released.json.release_id}/retry`, {}, token)).toMatchObject({
    status: 404,
    json: { code: 'unknown_environment' },
  });
});

it('lists the secrets of a project that has no policy for production', async () => {
  await ingest.post('/api/v1/projects', { id: 'early', environment: 'staging', policy: { namespace: 'early-staging' } }, ROOT);
  expect(await get('early/secrets')).toMatchObject({ status: 200, json: { items: [] } });
});
