import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { bootstrap } from '../bootstrap';
import { createLedger, type Ledger } from '../create-ledger';

const VALUE = 'https://hooks.example.com/canary-bird';
const key = Buffer.alloc(32, 7);

let database: TestDatabase;
let ingest: Ledger;
let notifier: Ledger;
let strange: Ledger;
beforeAll(async () => {
  database = await createDatabase();
  for (const project of ['shop', 'theirs']) await bootstrap({ databaseUrl: database.url, user: 'demo', project });
  ingest = createLedger({ databaseUrl: database.roleUrl('alloy_ingest'), secretsKey: key });
  notifier = createLedger({ databaseUrl: database.roleUrl('alloy_notifier'), secretsKey: key });
  strange = createLedger({ databaseUrl: database.roleUrl('alloy_notifier'), secretsKey: Buffer.alloc(32, 8) });
});
afterAll(async () => {
  await Promise.all([ingest, notifier, strange].map((ledger) => ledger?.close()));
  await database.drop();
});

it('returns to the notifier the value from ingest, which is not stored unencrypted', async () => {
  expect(await ingest.secrets.put('shop', 'hook', VALUE, 'demo')).toBe(true);
  expect(await notifier.secrets.open('shop', 'hook')).toBe(VALUE);
  const { rows } = await ingest.pool.query('SELECT t::text AS text, encode(ciphertext, \'escape\') AS bytes FROM sealed_secret t');
  expect(JSON.stringify(rows)).not.toContain('canary-bird');
  expect(await ingest.secrets.list('shop')).toEqual([{ name: 'hook', writtenBy: 'demo', writtenAt: expect.stringMatching(/Z$/) }]);
});

it('replaces and removes values, and refuses an unknown project', async () => {
  const secrets = ingest.secrets;
  await secrets.put('shop', 'key', 'one', 'demo');
  await secrets.put('shop', 'key', 'two', 'eve');
  expect(await secrets.open('shop', 'key')).toBe('two');
  expect([await secrets.remove('shop', 'key'), await secrets.remove('shop', 'key'), await secrets.open('shop', 'key')]).toEqual([
    true, false, undefined,
  ]);
  expect(await secrets.put('unknown', 'key', 'x', 'demo')).toBe(false);
});

it('does not open a value for another project, under another name, or with another key', async () => {
  await ingest.secrets.put('shop', 'hook', VALUE, 'demo');
  await ingest.pool.query(`INSERT INTO sealed_secret SELECT 'theirs', name, ciphertext, written_by FROM sealed_secret WHERE name = 'hook'`);
  await expect(notifier.secrets.open('theirs', 'hook')).rejects.toMatchObject({ code: 'secret_unreadable' });
  await expect(strange.secrets.open('shop', 'hook')).rejects.toMatchObject({ code: 'secret_unreadable' });
});

it('gives the notifier only read access', async () => {
  await expect(notifier.secrets.put('shop', 'hook', 'x', 'demo')).rejects.toMatchObject({ code: '42501' });
});

it('immediately refuses a key of another length', () => {
  const create = () => createLedger({ databaseUrl: database.url, secretsKey: Buffer.alloc(16) });
  expect(create).toThrow('the key of the secrets must have 32 bytes');
});
