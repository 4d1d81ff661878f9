import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openAuditedDoor, type AuditedDoor } from '../../apps/ingest/src/testing/audited-door';
import { commandsOf, runCommands } from '../support/guide';

const GUIDE = 'replay-history';

let audited: AuditedDoor;
let env: Record<string, string>;
beforeAll(async () => {
  // The bundle that bin/alloy.cjs runs, as of this code.
  await promisify(execFile)(process.execPath, [join(__dirname, '../../scripts/build.mjs'), 'cli']);
  audited = await openAuditedDoor(1);
  const { door, token, releases, home, auditDir } = audited;
  env = { ALLOY_URL: `http://127.0.0.1:${door.port}`, ALLOY_TOKEN: token, RELEASE: releases[0]!, EXPORT: join(home, 'log.ndjson'), ALLOY_AUDIT_DIR: auditDir };
});
afterAll(() => audited?.close());

/** The commands under a heading, with what stands at the top of the guide. */
const run = (heading: string): Promise<string> => runCommands([...commandsOf(GUIDE, ''), ...commandsOf(GUIDE, heading)].join('\n'), env);

it('tells a release, and what was known at a moment', async () => {
  const told = await run('Why was it rolled back?');
  expect(told).toMatch(/ReleasePlanned +planner\n +known +gated, .*\n +decided +Planned a rollout with 3 steps.*\n +because +(asked_for|first_release)/);
  expect(told).toContain('"status": "gated"');
});

it('finds events in the log', async () => {
  expect(await run('Find it in the log')).toMatch(/ReleasePlanned[^]*ReleasePromoted/);
});

it('exports the log, and verifies the file without asking the server', async () => {
  const told = await run('Keep it');
  expect(told).toMatch(/ReleasePromoted[^]*no checkpoint to compare with[^]*no findings\n[^]*signed, by 1 checkpoint\nnothing is broken\n$/);
  expect((await readFile(env['EXPORT']!, 'utf8')).split('\n').filter(Boolean).length).toBeGreaterThan(10);
});

it('decides again, from the server and from the file', async () => {
  expect((await run('Would it be decided in the same way today?')).match(/decisions made again, all as recorded/g)).toHaveLength(2);
});

it('decides the golden histories again', async () => {
  expect((await run('Histories that are kept for ever')).match(/all as recorded/g)).toHaveLength(6);
});
