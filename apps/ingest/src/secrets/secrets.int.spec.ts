import { bootstrap, createLedger } from '@alloy/ledger';
import { openDoor, OTHER_TOKEN, sha256, TOKEN, type Door } from '../testing/door';

const ADMIN = 'an-admins-token-of-shop';

let door: Door;
beforeAll(async () => {
  door = await openDoor();
  await bootstrap({ databaseUrl: door.database.url, user: 'ada', project: 'shop', tokenSha256: sha256(ADMIN), tokenScope: 'admin' });
});
afterAll(() => door?.close());

const path = '/api/v1/projects/shop/secrets';
const put = (content: unknown) => door.post(path, content, ADMIN);
const VALUE = 'https://hooks.example.com/canary-secret';

it('takes a secret for the notifier, shows its name and never its value', async () => {
  const answer = await put({ name: 'team-hook', value: VALUE });
  expect(answer).toMatchObject({ status: 201, json: { project: 'shop', name: 'team-hook' } });
  const list = await door.call(path, { token: ADMIN });
  expect(list).toMatchObject({ status: 200, json: { items: [{ name: 'team-hook', writtenBy: 'ada' }], nextCursor: null } });
  const notifier = createLedger({ databaseUrl: door.database.roleUrl('alloy_notifier'), secretsKey: Buffer.alloc(32, 2) });
  expect(await notifier.secrets.open('shop', 'team-hook').finally(() => notifier.close())).toBe(VALUE);
  const { rows } = await door.ledger.pool.query('SELECT * FROM event');
  expect(JSON.stringify([answer.text, list.text, door.lines, rows])).not.toContain('canary-secret');
});

it('removes a secret', async () => {
  await put({ name: 'old', value: 'x' });
  expect((await door.call(`${path}/old`, { method: 'DELETE', token: ADMIN })).status).toBe(204);
  expect(await door.call(`${path}/old`, { method: 'DELETE', token: ADMIN })).toMatchObject({ status: 404, json: { code: 'unknown_secret' } });
});

it.each([
  ['no value', { name: 'a' }, 'missing_field', '/value'],
  ['a name with a slash', { name: '../a', value: VALUE }, 'invalid_value', '/name'],
  ['an endless value', { name: 'a', value: VALUE.repeat(1_000) }, 'invalid_value', '/value'],
  ['an unknown key', { name: 'a', value: VALUE, valeu: VALUE }, 'unknown_key', '/valeu'],
])('refuses %s and echoes nothing', async (_, content, code, pointer) => {
  const answer = await put(content);
  expect(answer).toMatchObject({ status: 422, json: { code, pointer } });
  expect(answer.text).not.toContain('canary-secret');
});

it('is closed to who is not of the project, and to who is no admin of it', async () => {
  expect(await door.post(path, { name: 'a', value: 'x' }, TOKEN)).toMatchObject({ status: 403, json: { code: 'forbidden_scope' } });
  expect(await door.post(path, { name: 'a', value: 'x' }, OTHER_TOKEN)).toMatchObject({ status: 403 });
  expect(await door.call(path, { token: OTHER_TOKEN })).toMatchObject({ status: 403 });
});
