import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AuditFolder } from '@alloy/audit';
import { Checkpointer, Relay, signingKeyIn } from '@alloy/event-store';
import { bootstrap, createLedger, type Ledger } from '@alloy/ledger';
import { body } from '../../apps/ingest/src/testing/deploy-body';
import { openDoor, sha256, type Door } from '../../apps/ingest/src/testing/door';
import { playRelease } from '../../apps/ingest/src/testing/play-release';
import { eventually } from '../support/eventually';
import { commandsOf, runCommands } from '../support/guide';

const GUIDE = 'replay-history';
const TOKEN = 'token-of-an-administrator';

let home: string;
let door: Door;
let planner: Ledger;
let relay: Relay;
let env: Record<string, string>;
beforeAll(async () => {
  // The bundle that bin/alloy.cjs runs, as of this code.
  await promisify(execFile)(process.execPath, [join(__dirname, '../../scripts/build.mjs'), 'cli']);
  home = await mkdtemp(join(tmpdir(), 'alloy-replay-'));
  const folder = new AuditFolder(join(home, 'audit'));
  door = await openDoor({ ALLOY_AUDIT_DIR: join(home, 'audit') });
  await bootstrap({ databaseUrl: door.database.url, user: 'admin', project: 'shop', tokenSha256: sha256(TOKEN), tokenScope: 'admin', tokenProjects: ['*'] });
  const { json } = await door.deploy(body({ strategy: 'rollout' }));
  const { version } = await playRelease(door, json.release_id);
  planner = createLedger({ databaseUrl: door.database.roleUrl('alloy_planner') });
  relay = new Relay({ pool: planner.pool, holder: 'test', publisher: { publish: async () => {} }, unfinished: async () => [], pollMs: 10, onError: () => {} });
  relay.start();
  await eventually(async () => expect(await planner.store.lastSeq()).toBe(version));
  const key = await signingKeyIn(join(home, 'audit.key'));
  await folder.publish(key);
  await new Checkpointer({ pool: planner.pool, folder, key, active: () => true, onError: () => {} }).round();
  env = { ALLOY_URL: `http://127.0.0.1:${door.port}`, ALLOY_TOKEN: TOKEN, RELEASE: json.release_id, EXPORT: join(home, 'log.ndjson'), ALLOY_AUDIT_DIR: join(home, 'audit') };
}, 90_000);
afterAll(async () => {
  await relay?.stop();
  await planner?.close();
  await door?.close();
  await rm(home, { recursive: true, force: true });
});

/** The commands under a heading, with what stands at the top of the guide. */
const run = (heading: string): Promise<string> => runCommands([...commandsOf(GUIDE, ''), ...commandsOf(GUIDE, heading)].join('\n'), env);

it('tells a release, and what was known at a moment', async () => {
  const told = await run('Why was it rolled back?');
  expect(told).toMatch(/ReleasePlanned +planner\n +known +gated, .*\n +decided +rollout of 3 steps planned.*\n +because +(asked_for|first_release)/);
  expect(told).toContain('"status": "gated"');
});

it('finds events in the log', async () => {
  expect(await run('Find it in the log')).toMatch(/ReleasePlanned[^]*ReleasePromoted/);
});

it('exports the log, and verifies the file without asking the server', async () => {
  const told = await run('Keep it');
  expect(told).toMatch(/ReleasePromoted[^]*no checkpoint to hold it to[^]*nothing is broken\n[^]*signed, by 1 checkpoints\nnothing is broken\n$/);
  expect((await readFile(env['EXPORT']!, 'utf8')).split('\n').filter(Boolean).length).toBeGreaterThan(10);
});

it('decides again, from the server and from the file', async () => {
  expect((await run('Would it be decided in the same way today?')).match(/decisions made again, all as recorded/g)).toHaveLength(2);
});

it('decides the golden histories again', async () => {
  expect((await run('Histories that are kept for ever')).match(/all as recorded/g)).toHaveLength(6);
});
