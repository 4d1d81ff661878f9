import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditFolder } from '@alloy/audit';
import { Checkpointer, signingKeyIn } from '@alloy/event-store';
import { aRelay } from '@alloy/event-store/testing';
import { bootstrap, createLedger, type Ledger } from '@alloy/ledger';
import { eventually } from '../../../../test/support/eventually';
import { body } from '../testing/deploy-body';
import { openDoor, sha256, type Door } from '../testing/door';

const ADMIN = 'token-of-an-administrator';
const rethrow = (error: unknown): never => {
  throw error;
};

let home: string;
let door: Door;
let owner: Ledger;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'alloy-audit-'));
  door = await openDoor({ ALLOY_AUDIT_DIR: join(home, 'audit') });
  owner = createLedger({ databaseUrl: door.database.url });
  await bootstrap({ databaseUrl: door.database.url, user: 'admin', project: 'shop', tokenSha256: sha256(ADMIN), tokenScope: 'admin', tokenProjects: ['*'] });
});
afterAll(async () => {
  await owner?.close();
  await door?.close();
  await rm(home, { recursive: true, force: true });
});

const verify = async () => (await door.call('/api/v1/audit/verify', { token: ADMIN })).json;

/** What the planner does beside its decisions. */
async function orderAndSign(): Promise<void> {
  const planner = createLedger({ databaseUrl: door.database.roleUrl('alloy_planner') });
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

it('tells an administrator that the log is what was appended, or where it is not', async () => {
  const { json } = await door.deploy(body());
  await orderAndSign();
  const whole = await verify();
  expect(whole).toMatchObject({ ok: true, events: 1, streams: 1, checkpoints: 1, signedUpTo: 1, findings: [] });
  expect(whole.keys).toEqual([{ id: expect.stringMatching(/^[0-9a-f]{16}$/), pem: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----/) }]);

  await owner.pool.query(`ALTER TABLE event DISABLE TRIGGER ALL; UPDATE event SET actor_id = 'nobody'`);
  const both = await Promise.all([verify(), verify()]);
  for (const found of both) {
    expect(found).toMatchObject({ ok: false, foundInAll: 1, findings: [{ code: 'edited', stream: `release-${json.release_id}`, version: 1 }] });
  }
  expect(JSON.stringify(both)).not.toContain('PRIVATE');
});

it('says so where nothing was set up', async () => {
  const bare = await openDoor();
  try {
    await bootstrap({ databaseUrl: bare.database.url, user: 'admin', project: 'shop', tokenSha256: sha256(ADMIN), tokenScope: 'admin', tokenProjects: ['*'] });
    expect(await bare.call('/api/v1/audit/verify', { token: ADMIN })).toMatchObject({ status: 503, json: { code: 'audit_not_set_up' } });
  } finally {
    await bare.close();
  }
});
