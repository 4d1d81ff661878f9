import { mkdtemp, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { eventually } from '../../../../test/support/eventually';
import { createLedger, type Ledger } from '../index';

const bundle = { workload: 'web', objects: [] };
const SPARES = 4;
const DAY_MS = 86_400_000;

let database: TestDatabase;
let keystore: string;
const ledgers: Ledger[] = [];
beforeEach(async () => {
  database = await createDatabase();
  keystore = await mkdtemp(join(tmpdir(), 'alloy-keystore-'));
});
afterEach(async () => {
  await Promise.all(ledgers.splice(0).map(({ pool }) => pool.end()));
  await database.drop();
  await rm(keystore, { recursive: true, force: true });
});

function start(of = database): Ledger {
  const ledger = createLedger({
    databaseUrl: of.roleUrl('alloy_ingest'),
    masterKey: Buffer.alloc(32, 7),
    keystoreDir: keystore,
    spareKeys: SPARES,
  });
  ledgers.push(ledger);
  return ledger;
}

const named = async (suffix: string) => (await readdir(keystore)).filter((name) => name.endsWith(suffix)).sort();
const keyOf = async ({ pool }: Ledger, release: string) =>
  (await pool.query<{ key: string }>('SELECT coalesce(key_id, release_id) AS key FROM artifact WHERE release_id = $1', [release])).rows[0]!
    .key;
/** Sets the age of the file. */
const age = async (name: string, days: number) => utimes(join(keystore, name), new Date(), new Date(Date.now() - days * DAY_MS));

describe('spare keys', () => {
  it('do not accumulate if many processes are killed', async () => {
    for (let round = 0; round < 10; round += 1) {
      // Never closed, so its spare keys are left.
      await start().artifacts.seal(`01ROUND${round}`, 'shop', bundle);
      await eventually(async () => expect((await named('.spare')).length).toBeGreaterThanOrEqual(SPARES));
    }
    expect(await named('.spare')).toHaveLength(SPARES);
    expect(await named('.key')).toHaveLength(10);
  });

  it('are divided among concurrent processes, each key for one bundle, and every bundle can be opened', async () => {
    const [one, two] = [start(), start()];
    const ids = Array.from({ length: 24 }, (_, i) => `01BOTH${i}`);
    const digests: string[] = [];
    for (const [i, id] of ids.entries()) digests.push(await (i % 2 === 0 ? one : two).artifacts.seal(id, 'shop', bundle));
    await two.artifacts.purgeKeys();
    // The first process may discard a key that the second has adopted.
    await one.close();
    ledgers.splice(ledgers.indexOf(one), 1);
    for (const id of ['01AFTER1', '01AFTER2']) digests.push(await two.artifacts.seal(id, 'shop', bundle));
    const { rows } = await two.pool.query<{ keys: string }>('SELECT count(DISTINCT coalesce(key_id, release_id)) AS keys FROM artifact');
    expect(Number(rows[0]!.keys)).toBe(ids.length + 2);
    for (const digest of digests) expect(await two.artifacts.open(digest)).toEqual(bundle);
  });

  it('still open their bundle after their claim was lost, and are not used again', async () => {
    const ledger = start();
    let digest = '';
    let release = '';
    for (let i = 0; digest === '' || (await keyOf(ledger, release)) === release; i += 1)
      digest = await ledger.artifacts.seal((release = `01LOST${i}`), 'shop', bundle);
    const key = await keyOf(ledger, release);
    await rename(join(keystore, `${key}.key`), join(keystore, `${key}.spare`));
    expect(await ledger.artifacts.open(digest)).toEqual(bundle);
    const next = start();
    for (let i = 0; i < 8; i += 1) await next.artifacts.seal(`01NEXT${i}`, 'shop', bundle);
    expect(await named('.key')).toContain(`${key}.key`);
    expect((await next.pool.query('SELECT FROM artifact WHERE key_id = $1', [key])).rows).toHaveLength(1);
  });
});

describe('the purge of the keystore', () => {
  const lay = async (name: string, days: number) => {
    await writeFile(join(keystore, name), 'a key');
    await age(name, days);
  };

  it('removes only old files that no bundle needs', async () => {
    const ledger = start();
    const digest = await ledger.artifacts.seal('01USED', 'shop', bundle);
    await age(`${await keyOf(ledger, '01USED')}.key`, 4);
    const young = await ledger.artifacts.seal('01YOUNG', 'shop', bundle);
    await lay('0f0e9f3c-1111-4222-8333-444455556666.key', 3);
    await lay('01REFUSED.key', 3);
    await lay('01HALF.key.0123456789ab.tmp', 3);
    await lay('01UNDERWAY.key', 1);
    expect(await ledger.artifacts.purgeKeys()).toBe(3);
    expect(await ledger.artifacts.purgeKeys()).toBe(0);
    expect(await named('.key')).toContain('01UNDERWAY.key');
    for (const sealed of [digest, young]) expect(await ledger.artifacts.open(sealed)).toEqual(bundle);
  });

  it('removes no file that is newer than every key in the database, for example after a restore from a backup', async () => {
    const ledger = start();
    await ledger.artifacts.seal('01BACKUP', 'shop', bundle);
    await age(`${await keyOf(ledger, '01BACKUP')}.key`, 9);
    await lay('01AFTERBACKUP.key', 5);
    expect(await ledger.artifacts.purgeKeys()).toBe(0);
  });

  it('removes nothing if the database refers to none of the keys', async () => {
    await start().artifacts.seal('01OTHER', 'shop', bundle);
    await lay('01OLD.key', 9);
    const empty = await createDatabase();
    try {
      const ledger = start(empty);
      expect(await ledger.artifacts.purgeKeys()).toBe(0);
      await ledger.pool.end();
      ledgers.pop();
    } finally {
      await empty.drop();
    }
  });
});
