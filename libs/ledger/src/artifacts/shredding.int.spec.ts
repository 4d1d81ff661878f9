import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { eventually } from '../../../../test/support/eventually';
import { createLedger, type Ledger, type ReleaseKey } from '../index';
import { artifactUse } from '../orm';
import { planned, promoted, promoting, requested } from '../testing/facts';
import { sealWithSpareKey } from '../testing/seal-with-spare-key';

const bundle = {
  workload: 'web',
  objects: [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, stringData: { password: 'canary-7f3a' } }],
};
const actor = { kind: 'service', id: 'test' } as const;
const key = (releaseId: string): ReleaseKey => ({ releaseId, project: 'shop', environment: 'production' });

let database: TestDatabase;
let keystore: string;
let owner: Ledger;
let ingest: Ledger;
beforeEach(async () => {
  database = await createDatabase();
  keystore = await mkdtemp(join(tmpdir(), 'alloy-keystore-'));
  const sealing = { masterKey: Buffer.alloc(32, 7), keystoreDir: keystore };
  owner = createLedger({ databaseUrl: database.url, ...sealing });
  ingest = createLedger({ databaseUrl: database.roleUrl('alloy_ingest'), ...sealing });
});
afterEach(async () => {
  await Promise.all([owner.close(), ingest.close()]);
  await database.drop();
  await rm(keystore, { recursive: true, force: true });
});

async function release(id: string): Promise<string> {
  const artifact = await ingest.artifacts.seal(id, 'shop', bundle);
  const event = requested();
  await ingest.log.append(key(id), [{ ...event, data: { ...event.data, artifact } } as typeof event], {
    expected: 0, actor, causationId: null,
  });
  return artifact;
}
const shredded = (id: string, artifact: string) =>
  ingest.log.append(key(id), [{ type: 'ReleaseShredded', data: { artifact, forced: true, reason: null } }], { expected: 'any', actor });

describe('shredding', () => {
  it('makes it impossible to open the bundle, even from an earlier dump', async () => {
    const artifact = await release('01AAA');
    expect(await ingest.artifacts.isRestorable(artifact)).toBe(true);
    const { rows: dump } = await owner.pool.query('SELECT * FROM artifact');
    await ingest.artifacts.shred(artifact);
    await ingest.artifacts.shred(artifact);
    expect(await readdir(keystore)).toEqual([]);

    await owner.pool.query('DELETE FROM artifact');
    for (const row of dump)
      await owner.pool.query('INSERT INTO artifact (digest, release_id, project, ciphertext, created_at) VALUES ($1, $2, $3, $4, $5)', [
        row.digest, row.release_id, row.project, row.ciphertext, row.created_at,
      ]);
    await expect(ingest.artifacts.open(artifact)).rejects.toMatchObject({
      code: 'artifact_unreadable',
      message: expect.stringContaining('its key was destroyed'),
    });
    expect(await ingest.artifacts.isRestorable(artifact)).toBe(false);
    // Sealing the same release again creates no new key for the old ciphertext.
    expect(await ingest.artifacts.seal('01AAA', 'shop', bundle)).toBe(artifact);
    expect(await ingest.artifacts.isRestorable(artifact)).toBe(false);
  });

  it('also destroys a key that existed before the bundle', async () => {
    const sealing = { masterKey: Buffer.alloc(32, 7), keystoreDir: keystore, spareKeys: 2 };
    const ahead = createLedger({ databaseUrl: database.roleUrl('alloy_ingest'), ...sealing });
    let used: readonly string[] = [];
    try {
      used = await sealWithSpareKey(ahead, bundle);
      const before = await readdir(keystore);
      const artifact = await ahead.artifacts.seal('01BBB', 'shop', bundle);
      const { rows } = await owner.pool.query<{ key_id: string }>('SELECT key_id FROM artifact WHERE digest = $1', [artifact]);
      expect(before).toContain(`${rows[0]!.key_id}.spare`);
      expect(await ingest.artifacts.open(artifact)).toEqual(bundle);
      await ahead.artifacts.shred(artifact);
      await expect(ingest.artifacts.open(artifact)).rejects.toMatchObject({ message: expect.stringContaining('its key was destroyed') });
      expect(await ingest.artifacts.isRestorable(artifact)).toBe(false);
    } finally {
      await ahead.close();
    }
    expect((await readdir(keystore)).sort()).toEqual(used);
  });

  it('leaves no second key after two processes seal the same release concurrently', async () => {
    const sealing = { masterKey: Buffer.alloc(32, 7), keystoreDir: keystore, spareKeys: 2 };
    const both = [1, 2].map(() => createLedger({ databaseUrl: database.roleUrl('alloy_ingest'), ...sealing }));
    const used: string[] = [];
    try {
      for (const [i, each] of both.entries()) used.push(...(await sealWithSpareKey(each, bundle, `01WARM${i}-`)));
      const lock = await owner.pool.connect();
      // Neither inserts before both have queried and found nothing.
      await lock.query('BEGIN; LOCK TABLE artifact IN SHARE ROW EXCLUSIVE MODE');
      const sealed = both.map(({ artifacts }) => artifacts.seal('01TWICE', 'shop', bundle));
      await eventually(async () => {
        const { rows } = await owner.pool.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        expect(rows).toHaveLength(2);
      });
      await lock.query('COMMIT');
      lock.release();
      const [one, two] = await Promise.all(sealed);
      expect(one).toBe(two);
      expect(await ingest.artifacts.open(one!)).toEqual(bundle);
      await ingest.artifacts.shred(one!);
    } finally {
      await Promise.all(both.map((ledger) => ledger.close()));
    }
    expect((await readdir(keystore)).sort()).toEqual(used.sort());
  });

  it('rejects for an artifact that was never sealed', async () => {
    await expect(ingest.artifacts.shred('0'.repeat(64))).rejects.toMatchObject({ code: 'artifact_unreadable' });
    expect(await ingest.artifacts.isRestorable('0'.repeat(64))).toBe(false);
  });

  it('reports the use of the artifact', async () => {
    const artifact = await release('01AAA');
    expect(await artifactUse(await ingest.orm.source(), artifact)).toBe('running');
    await owner.log.append(key('01AAA'), [planned(1), promoting, promoted], { expected: 1, actor });
    expect(await artifactUse(await ingest.orm.source(), artifact)).toBe('stable');
    await release('01BBB');
    await owner.log.append(key('01BBB'), [planned(2), promoting, promoted], { expected: 1, actor });
    expect(await artifactUse(await ingest.orm.source(), artifact)).toBeNull();
  });

  it('leaves the next plan without a version for rollbacks, if it was the stable version', async () => {
    const artifact = await release('01AAA');
    await owner.log.append(key('01AAA'), [planned(1), promoting, promoted], { expected: 1, actor });
    expect((await ingest.log.context(key('01BBB'))).stable).toMatchObject({ artifact });
    await shredded('01AAA', artifact);
    expect((await ingest.log.context(key('01BBB'))).stable).toBeNull();
    expect((await ingest.log.load('01AAA')).state).toMatchObject({ status: 'promoted', version: 5 });
    expect(await ingest.log.waitingFor('planner')).toEqual([]);
  });
});
