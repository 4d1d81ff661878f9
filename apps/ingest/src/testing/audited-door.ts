import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditFolder } from '@alloy/audit';
import { Checkpointer, signingKeyIn } from '@alloy/event-store';
import { runningRelay } from '@alloy/event-store/testing';
import { bootstrap, createLedger } from '@alloy/ledger';
import { eventually } from '../../../../test/support/eventually';
import { body } from './deploy-body';
import { openDoor, sha256, type Door } from './door';
import { playRelease } from './play-release';

/** A door behind which releases were promoted and a first checkpoint was signed; from there on what is appended gets its order. */
export interface AuditedDoor {
  readonly door: Door;
  /** Of an administrator of everything. */
  readonly token: string;
  /** A folder for the test's own files. */
  readonly home: string;
  /** Of the checkpoints. */
  readonly auditDir: string;
  /** In the order of their releases. */
  readonly releases: readonly string[];
  close(): Promise<void>;
}

export async function openAuditedDoor(count: number): Promise<AuditedDoor> {
  const home = await mkdtemp(join(tmpdir(), 'alloy-audited-'));
  const [auditDir, token] = [join(home, 'audit'), 'token-of-an-administrator'];
  const door = await openDoor({ ALLOY_AUDIT_DIR: auditDir });
  await bootstrap({ databaseUrl: door.database.url, user: 'admin', project: 'shop', tokenSha256: sha256(token), tokenScope: 'admin', tokenProjects: ['*'] });
  const releases: string[] = [];
  let events = 0;
  for (let i = 0; i < count; i += 1) {
    const { json } = await door.deploy(body({ strategy: 'rollout', commit_sha: `abc12${i}` }));
    const { status, version } = await playRelease(door, json.release_id);
    expect(status).toBe('promoted');
    releases.push(json.release_id);
    events += version;
  }
  const planner = createLedger({ databaseUrl: door.database.roleUrl('alloy_planner') });
  const relay = runningRelay(planner.pool);
  await eventually(async () => expect(await planner.store.lastSeq()).toBe(events));
  const [folder, key] = [new AuditFolder(auditDir), await signingKeyIn(join(home, 'audit.key'))];
  await folder.publish(key);
  await new Checkpointer({ pool: planner.pool, folder, key, active: () => true, onError: () => {} }).round();
  expect(await folder.checkpoints()).toHaveLength(1);
  const close = async (): Promise<void> => {
    await relay.stop();
    await planner.close();
    await door.close();
    await rm(home, { recursive: true, force: true });
  };
  return { door, token, home, auditDir, releases, close };
}
