import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { createLedger, type Ledger, type ReleaseKey } from '../index';
import { requested } from '../testing/facts';
import { sealWithSpareKey } from '../testing/seal-with-spare-key';

const bundle = {
  workload: 'web',
  objects: [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, stringData: { password: 'canary-7f3a' } }],
};
const actor = { kind: 'ci', id: 'test' } as const;
const key: ReleaseKey = { releaseId: '01AAA', project: 'shop', environment: 'production' };

let database: TestDatabase;
let keystore: string;
let ingest: Ledger;
let closed: () => Promise<void>;
beforeEach(async () => {
  database = await createDatabase();
  keystore = await mkdtemp(join(tmpdir(), 'alloy-keystore-'));
  ingest = createLedger({
    databaseUrl: database.roleUrl('alloy_ingest'),
    masterKey: Buffer.alloc(32, 7),
    keystoreDir: keystore,
    spareKeys: 2,
  });
  let closing: Promise<void> | undefined;
  closed = () => (closing ??= ingest.close());
});
afterEach(async () => {
  await closed();
  await database.drop();
  await rm(keystore, { recursive: true, force: true });
});

const append = (expected = 0) => (artifact: string) => {
  const event = requested();
  return ingest.log.append(key, [{ ...event, data: { ...event.data, artifact } } as typeof event], { expected, actor, causationId: null });
};
const request = (expected?: number) => ingest.artifacts.sealWith(key.releaseId, key.project, bundle, append(expected));
const artifacts = async () =>
  (await ingest.pool.query<{ digest: string; release_id: string }>('SELECT digest, release_id FROM artifact')).rows;
/** Without the spare keys, which are discarded when the ledger closes. */
const keysInTheEnd = async () => {
  await closed();
  return readdir(keystore);
};

it('stores the bundle with the event that refers to it', async () => {
  const [event] = await request();
  const { artifact } = event!.data as { readonly artifact: string };
  expect(await artifacts()).toEqual([{ digest: artifact, release_id: '01AAA' }]);
  expect(await ingest.artifacts.open(artifact)).toEqual(bundle);
});

it('stores nothing before the event', async () => {
  await ingest.artifacts.sealWith(key.releaseId, key.project, bundle, async () => expect(await artifacts()).toEqual([]));
  expect(await artifacts()).toEqual([]);
});

it('stores neither bundle nor key if the event is refused', async () => {
  const used = await sealWithSpareKey(ingest, bundle);
  await expect(request(1)).rejects.toMatchObject({ code: 'version_conflict' });
  expect((await artifacts()).map((row) => row.release_id)).not.toContain('01AAA');
  expect((await keysInTheEnd()).sort()).toEqual(used);
});

it('passes the earlier digest if the release was already sealed', async () => {
  const artifact = await ingest.artifacts.seal(key.releaseId, key.project, bundle);
  const [event] = await request();
  expect(event!.data).toMatchObject({ artifact });
  expect(await artifacts()).toHaveLength(1);
  expect(await keysInTheEnd()).toEqual(['01AAA.key']);
});

it('stores the bundle of each of many events that are appended together', async () => {
  const ids = Array.from({ length: 12 }, (_, i) => `01MANY${i}`);
  const event = requested();
  const requests = await Promise.all(
    ids.map((releaseId) => ingest.artifacts.sealWith(releaseId, key.project, { ...bundle, workload: releaseId }, async (artifact) => {
      await ingest.log.append({ ...key, releaseId }, [{ ...event, data: { ...event.data, artifact } } as typeof event], {
        expected: 0, actor, causationId: null,
      });
      return artifact;
    })),
  );
  expect(await Promise.all(requests.map((artifact) => ingest.artifacts.open(artifact)))).toEqual(
    ids.map((workload) => ({ ...bundle, workload })),
  );
});
