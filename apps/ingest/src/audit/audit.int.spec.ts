import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditFolder } from '@alloy/audit';
import { Checkpointer, signingKeyIn } from '@alloy/event-store';
import { aRelay } from '@alloy/event-store/testing';
import { bootstrap, createLedger, type Ledger } from '@alloy/ledger';
import { eventually } from '../../../../test/support/eventually';
import { body } from '../testing/deploy-body';
import { startTestIngest, sha256, type TestIngest } from '../testing/test-ingest';

const ADMIN = 'token-of-an-administrator';
const rethrow = (error: unknown): never => {
  throw error;
};

let home: string;
let ingest: TestIngest;
let owner: Ledger;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'alloy-audit-'));
  ingest = await startTestIngest({ ALLOY_AUDIT_DIR: join(home, 'audit') });
  owner = createLedger({ databaseUrl: ingest.database.url });
  await bootstrap({
    databaseUrl: ingest.database.url, user: 'admin', project: 'shop',
    tokenSha256: sha256(ADMIN),
    tokenScope: 'admin',
    tokenProjects: ['*'],
  });
});
afterAll(async () => {
  await owner?.close();
  await ingest?.close();
  await rm(home, { recursive: true, force: true });
});

const verify = async () => (await ingest.call('/api/v1/audit/verify', { token: ADMIN })).json;

/** The planner's tasks in addition to its decisions. */
async function orderAndSign(): Promise<void> {
  const planner = createLedger({ databaseUrl: ingest.database.roleUrl('alloy_planner') });
  const folder = new AuditFolder(join(home, 'audit'));
  const key = await signingKeyIn(join(home, 'audit.key'));
  await folder.publish(key);
  const relay = aRelay({ pool: planner.pool });
  await eventually(async () => {
    await relay.order();
    expect(await planner.store.lastSeq()).toBe(1);
  });
  await relay.stop();
  await new Checkpointer({ pool: planner.pool, folder, key, active: () => true, onError: rethrow }).round();
  await planner.close();
}

it('reports to an administrator that the log is unchanged, or where it was changed', async () => {
  const { json } = await ingest.deploy(body());
  await orderAndSign();
  const whole = await verify();
  expect(whole).toMatchObject({ ok: true, events: 1, streams: 1, checkpoints: 1, signedUpTo: 1, findings: [] });
  expect(whole.keys).toEqual([{ id: expect.stringMatching(/^[0-9a-f]{16}$/), pem: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----/) }]);

  await owner.pool.query(`ALTER TABLE event DISABLE TRIGGER ALL; UPDATE event SET actor_id = 'another-user'`);
  const both = await Promise.all([verify(), verify()]);
  for (const found of both) {
    expect(found).toMatchObject({
      ok: false,
      foundInAll: 1,
      findings: [{ code: 'edited', stream: `release-${json.release_id}`, version: 1 }],
    });
  }
  expect(JSON.stringify(both)).not.toContain('PRIVATE');
});

it('answers 503 if no audit folder is configured', async () => {
  const bare = await startTestIngest();
  try {
    await bootstrap({
      databaseUrl: bare.database.url, user: 'admin', project: 'shop',
      tokenSha256: sha256(ADMIN),
      tokenScope: 'admin',
      tokenProjects: ['*'],
    });
    expect(await bare.call('/api/v1/audit/verify', { token: ADMIN })).toMatchObject({ status: 503, json: { code: 'audit_not_set_up' } });
  } finally {
    await bare.close();
  }
});
