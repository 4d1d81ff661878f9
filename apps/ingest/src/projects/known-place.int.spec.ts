import { bootstrap } from '@alloy/ledger';
import { openDoor, sha256, type Door } from '../testing/door';

const ROOT = 'a-token-for-every-project';
let door: Door;
beforeAll(async () => {
  door = await openDoor();
  await bootstrap({ databaseUrl: door.database.url, user: 'root', project: '*', tokenSha256: sha256(ROOT), tokenScope: 'admin' });
});
afterAll(() => door?.close());

const get = (path: string) => door.call(`/api/v1/projects/${path}`, { token: ROOT });
const rollback = (project: string, environment: string) => door.post(`/api/v1/projects/${project}/rollback`, { environment }, ROOT);

it('a project that is not there has nothing, which is said and not shown as an empty list', async () => {
  for (const what of ['stable', 'window', 'history', 'secrets']) expect([what, await get(`nowhere/${what}`)]).toMatchObject([what, { status: 404, json: { code: 'unknown_project' } }]);
  expect(await rollback('nowhere', 'production')).toMatchObject({ status: 404, json: { code: 'unknown_project' } });
});

it('nor has an environment that nobody can release to, until it has a policy', async () => {
  for (const what of ['stable', 'window', 'history']) expect([what, await get(`shop/${what}?environment=staging`)]).toMatchObject([what, { status: 404, json: { code: 'unknown_environment' } }]);
  expect(await rollback('shop', 'staging')).toMatchObject({ status: 404, json: { code: 'unknown_environment' } });
  await door.call('/api/v1/projects/shop', { method: 'PATCH', token: ROOT, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ environment: 'staging', policy: { namespace: 'shop-staging' } }) });
  expect(await get('shop/window?environment=staging')).toMatchObject({ status: 200, json: { open: true } });
  expect(await get('shop/history?environment=staging')).toMatchObject({ status: 200, json: { items: [], nextCursor: null } });
  expect(await get('shop/stable?environment=staging')).toMatchObject({ status: 404, json: { code: 'no_stable_version' } });
});
