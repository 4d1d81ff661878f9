import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditFolder } from '@alloy/audit';
import { Checkpointer, signingKeyIn } from '@alloy/event-store';
import { runningRelay } from '@alloy/event-store/testing';
import { bootstrap, createLedger } from '@alloy/ledger';
import { eventually } from '../../../../test/support/eventually';
import { body } from './deploy-body';
import { startTestIngest, sha256, type TestIngest } from './test-ingest';
import { playRelease } from './play-release';

/** An ingest with promoted releases and a first signed checkpoint; later events get their order automatically. */
export interface AuditedIngest {
  readonly ingest: TestIngest;
  /** The token of an administrator of all projects. */
  readonly token: string;
  /** A folder for files of the test. */
  readonly home: string;
  /** The folder of the checkpoints. */
  readonly auditDir: string;
  /** In the order of their releases. */
  readonly releases: readonly string[];
  close(): Promise<void>;
}

export async function startAuditedIngest(count: number): Promise<AuditedIngest> {
  const home = await mkdtemp(join(tmpdir(), 'alloy-audited-'));
  const [auditDir, token] = [join(home, 'audit'), 'token-of-an-administrator'];
  const ingest = await startTestIngest({ ALLOY_AUDIT_DIR: auditDir });
  await bootstrap({
    databaseUrl: ingest.database.url, user: 'admin', project: 'shop',
    tokenSha256: sha256(token),
    tokenScope: 'admin',
    tokenProjects: ['*'],
  });
  const releases: string[] = [];
  let events = 0;
  for (let i = 0; i < count; i += 1) {
    const { json } = await ingest.deploy(body({ strategy: 'rollout', commit_sha: `abc12${i}` }));
    const { status, version } = await playRelease(ingest, json.release_id);
    expect(status).toBe('promoted');
    releases.push(json.release_id);
    events += version;
  }
  const planner = createLedger({ databaseUrl: ingest.database.roleUrl('alloy_planner') });
  const relay = runningRelay(planner.pool);
  await eventually(async () => expect(await planner.store.lastSeq()).toBe(events));
  const [folder, key] = [new AuditFolder(auditDir), await signingKeyIn(join(home, 'audit.key'))];
  await folder.publish(key);
  await new Checkpointer({ pool: planner.pool, folder, key, active: () => true, onError: () => {} }).round();
  expect(await folder.checkpoints()).toHaveLength(1);
  const close = async (): Promise<void> => {
    await relay.stop();
    await planner.close();
    await ingest.close();
    await rm(home, { recursive: true, force: true });
  };
  return { ingest, token, home, auditDir, releases, close };
}
