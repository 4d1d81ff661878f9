import { bootstrap, createLedger } from '@alloy/ledger';
import { startTestIngest, OTHER_TOKEN, sha256, TOKEN, type TestIngest } from '../testing/test-ingest';

const ADMIN = 'an-admins-token-of-shop';

let ingest: TestIngest;
beforeAll(async () => {
  ingest = await startTestIngest();
  await bootstrap({ databaseUrl: ingest.database.url, user: 'ada', project: 'shop', tokenSha256: sha256(ADMIN), tokenScope: 'admin' });
});
afterAll(() => ingest?.close());

const path = '/api/v1/projects/shop/secrets';
const put = (content: unknown) => ingest.post(path, content, ADMIN);
const VALUE = 'https://hooks.example.com/canary-secret';

it('stores a secret for the notifier, and shows its name but never its value', async () => {
  const answer = await put({ name: 'team-hook', value: VALUE });
  expect(answer).toMatchObject({ status: 201, json: { project: 'shop', name: 'team-hook' } });
  const list = await ingest.call(path, { token: ADMIN });
  expect(list).toMatchObject({ status: 200, json: { items: [{ name: 'team-hook', writtenBy: 'ada' }], nextCursor: null } });
  const notifier = createLedger({ databaseUrl: ingest.database.roleUrl('alloy_notifier'), secretsKey: Buffer.alloc(32, 2) });
  expect(await notifier.secrets.open('shop', 'team-hook').finally(() => notifier.close())).toBe(VALUE);
  const { rows } = await ingest.ledger.pool.query('SELECT * FROM event');
  expect(JSON.stringify([answer.text, list.text, ingest.lines, rows])).not.toContain('canary-secret');
});

it('removes a secret', async () => {
  await put({ name: 'old', value: 'x' });
  expect((await ingest.call(`${path}/old`, { method: 'DELETE', token: ADMIN })).status).toBe(204);
  expect(await ingest.call(`${path}/old`, { method: 'DELETE', token: ADMIN })).toMatchObject({
    status: 404,
    json: { code: 'unknown_secret' },
  });
});

it.each([
  ['no value', { name: 'a' }, 'missing_field', '/value'],
  ['a name with a slash', { name: '../a', value: VALUE }, 'invalid_value', '/name'],
  ['an endless value', { name: 'a', value: VALUE.repeat(1_000) }, 'invalid_value', '/value'],
  ['an unknown key', { name: 'a', value: VALUE, valeu: VALUE }, 'unknown_key', '/valeu'],
])('refuses %s without repeating it', async (_, content, code, pointer) => {
  const answer = await put(content);
  expect(answer).toMatchObject({ status: 422, json: { code, pointer } });
  expect(answer.text).not.toContain('canary-secret');
});

it('refuses tokens for other projects, and tokens without the scope admin', async () => {
  expect(await ingest.post(path, { name: 'a', value: 'x' }, TOKEN)).toMatchObject({ status: 403, json: { code: 'forbidden_scope' } });
  expect(await ingest.post(path, { name: 'a', value: 'x' }, OTHER_TOKEN)).toMatchObject({ status: 403 });
  expect(await ingest.call(path, { token: OTHER_TOKEN })).toMatchObject({ status: 403 });
});
