import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AuditFolder } from '@alloy/audit';
import { Checkpointer, Relay, signingKeyIn } from '@alloy/event-store';
import { bootstrap, createLedger, type Ledger } from '@alloy/ledger';
import { eventually } from '../../../../test/support/eventually';
import { commandsOf, runCommands } from '../../../../test/support/guide';
import { body } from '../testing/deploy-body';
import { openDoor, sha256, type Door } from '../testing/door';
import { playRelease } from '../testing/play-release';

const TOKEN = 'token-of-an-administrator';

let home: string;
let door: Door;
let planner: Ledger;
let relay: Relay;
let env: Record<string, string>;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'alloy-audit-'));
  const folder = new AuditFolder(join(home, 'audit'));
  door = await openDoor({ ALLOY_AUDIT_DIR: join(home, 'audit') });
  await bootstrap({ databaseUrl: door.database.url, user: 'admin', project: 'shop', tokenSha256: sha256(TOKEN), tokenScope: 'admin', tokenProjects: ['*'] });
  const releases = [];
  for (let i = 0; i < 2; i += 1) {
    const { json } = await door.deploy(body({ strategy: 'rollout' }));
    await playRelease(door, json.release_id);
    releases.push(json.release_id);
  }
  planner = createLedger({ databaseUrl: door.database.roleUrl('alloy_planner') });
  relay = new Relay({ pool: planner.pool, holder: 'test', publisher: { publish: async () => {} }, unfinished: async () => [], pollMs: 10, onError: () => {} });
  relay.start();
  const key = await signingKeyIn(join(home, 'audit.key'));
  await folder.publish(key);
  const checkpointer = new Checkpointer({ pool: planner.pool, folder, key, active: () => true, onError: () => {} });
  await eventually(async () => {
    await checkpointer.round();
    expect(await folder.checkpoints()).toHaveLength(1);
  });
  env = { ALLOY: `http://127.0.0.1:${door.port}`, TOKEN, ALLOY_AUDIT_DIR: join(home, 'audit'), RELEASE: releases[0] };
}, 60_000);
afterAll(async () => {
  await relay?.stop();
  await planner?.close();
  await door?.close();
  await rm(home, { recursive: true, force: true });
});

const [start] = commandsOf('read-the-ledger', '');
const run = (commands: string): Promise<string> => runCommands(`${start}\n${commands}`, env);

describe('the guide "read the ledger"', () => {
  it('verifies', async () => {
    const [verify, last] = commandsOf('read-the-ledger', 'Is it what was appended?');
    const report = JSON.parse(await run(verify!));
    expect(report).toMatchObject({ ok: true, streams: 2, checkpoints: 1 });
    expect(JSON.parse(await run(last!))).toMatchObject({ number: 1, key: report.keys[0].id });
  });

  it('rebuilds', async () => {
    const [script, status] = commandsOf('read-the-ledger', 'Build the views anew');
    expect((await run(script!)).match(/swapped; \d+ rows, none differed/g)).toHaveLength(3);
    expect(JSON.parse(await run(status!)).items).toMatchObject([{ rebuild: { state: 'swapped' } }, { rebuild: { state: 'swapped' } }, { rebuild: { state: 'swapped' } }]);
  }, 30_000);

  it('shreds', async () => {
    const [shred] = commandsOf('read-the-ledger', 'Make manifests unreadable');
    expect(JSON.parse(await run(shred!))).toMatchObject({ id: env['RELEASE'], restorable: false });
    expect(await door.call('/api/v1/audit/verify', { token: TOKEN })).toMatchObject({ json: { ok: true } });
  });
});
