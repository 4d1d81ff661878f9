import type { DataSource } from 'typeorm';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { bootstrap } from '../bootstrap';
import { createLedger, type Ledger } from '../create-ledger';
import { typeormSecrets } from './typeorm-secrets';

let database: TestDatabase;
let ledgers: readonly Ledger[];
let ingest: DataSource;
let notifier: DataSource;
beforeAll(async () => {
  database = await createDatabase();
  for (const project of ['shop', 'theirs']) await bootstrap({ databaseUrl: database.url, user: 'demo', project });
  ledgers = (['alloy_ingest', 'alloy_notifier'] as const).map((role) => createLedger({ databaseUrl: database.roleUrl(role) }));
  [ingest, notifier] = (await Promise.all(ledgers.map(({ orm }) => orm.source()))) as [DataSource, DataSource];
});
afterAll(async () => {
  await Promise.all(ledgers.map((ledger) => ledger.close()));
  await database.drop();
});

const master = Buffer.alloc(32, 7);
const VALUE = 'https://hooks.example.com/canary-bird';

it('gives the notifier what ingest took, and nothing of it lies open in the database', async () => {
  expect(await typeormSecrets(ingest, master).put('shop', 'hook', VALUE, 'demo')).toBe(true);
  expect(await typeormSecrets(notifier, master).open('shop', 'hook')).toBe(VALUE);
  const rows = await ingest.query<unknown[]>('SELECT t::text AS text, encode(ciphertext, \'escape\') AS bytes FROM sealed_secret t');
  expect(JSON.stringify(rows)).not.toContain('canary-bird');
  expect(await typeormSecrets(ingest, master).list('shop')).toEqual([{ name: 'hook', writtenBy: 'demo', writtenAt: expect.stringMatching(/Z$/) }]);
});

it('replaces, removes, and knows no project that there is not', async () => {
  const secrets = typeormSecrets(ingest, master);
  await secrets.put('shop', 'key', 'one', 'demo');
  await secrets.put('shop', 'key', 'two', 'eve');
  expect(await secrets.open('shop', 'key')).toBe('two');
  expect([await secrets.remove('shop', 'key'), await secrets.remove('shop', 'key'), await secrets.open('shop', 'key')]).toEqual([true, false, undefined]);
  expect(await secrets.put('nobody', 'key', 'x', 'demo')).toBe(false);
});

it('does not open for another project, under another name, or by another key', async () => {
  await typeormSecrets(ingest, master).put('shop', 'hook', VALUE, 'demo');
  await ingest.query(`INSERT INTO sealed_secret SELECT 'theirs', name, ciphertext, written_by FROM sealed_secret WHERE name = 'hook'`);
  await expect(typeormSecrets(notifier, master).open('theirs', 'hook')).rejects.toMatchObject({ code: 'secret_unreadable' });
  await expect(typeormSecrets(notifier, Buffer.alloc(32, 8)).open('shop', 'hook')).rejects.toMatchObject({ code: 'secret_unreadable' });
});

it('lets the notifier only read', async () => {
  await expect(typeormSecrets(notifier, master).put('shop', 'hook', 'x', 'demo')).rejects.toMatchObject({ code: '42501' });
});
