import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startAuditedIngest, type AuditedIngest } from '../../apps/ingest/src/testing/audited-ingest';
import { commandsOf, runCommands } from '../support/guide';

const GUIDE = 'replay-history';

let audited: AuditedIngest;
let env: Record<string, string>;
beforeAll(async () => {
  // The bundle that bin/alloy.cjs runs, built from the current sources.
  await promisify(execFile)(process.execPath, [join(__dirname, '../../scripts/build.mjs'), 'cli']);
  audited = await startAuditedIngest(1);
  const { ingest, token, releases, home, auditDir } = audited;
  env = {
    ALLOY_URL: `http://127.0.0.1:${ingest.port}`,
    ALLOY_TOKEN: token,
    RELEASE: releases[0]!,
    EXPORT: join(home, 'log.ndjson'),
    ALLOY_AUDIT_DIR: auditDir,
  };
});
afterAll(() => audited?.close());

/** Runs the commands under a heading after those at the top of the guide. */
const run = (heading: string): Promise<string> => runCommands([...commandsOf(GUIDE, ''), ...commandsOf(GUIDE, heading)].join('\n'), env);

it('prints the steps of a release, and its state at a given time', async () => {
  const output = await run('Why was it rolled back?');
  expect(output).toMatch(
    /ReleasePlanned +planner\n +known +gated, .*\n +decided +Planned a rollout with 3 steps.*\n +because +(asked_for|first_release)/,
  );
  expect(output).toContain('"status": "gated"');
});

it('filters the events of the log', async () => {
  expect(await run('Search the log')).toMatch(/ReleasePlanned[^]*ReleasePromoted/);
});

it('exports the log and verifies the file offline', async () => {
  const output = await run('Export the log');
  expect(output).toMatch(/ReleasePromoted[^]*no checkpoint to compare with[^]*no findings\n[^]*signed, by 1 checkpoint\nno findings\n$/);
  expect((await readFile(env['EXPORT']!, 'utf8')).split('\n').filter(Boolean).length).toBeGreaterThan(10);
});

it('repeats the decisions, from the server and from the file', async () => {
  expect((await run("Repeat the decisions with today's code")).match(/decisions made again, all as recorded/g)).toHaveLength(2);
});

it('repeats the decisions of the golden histories', async () => {
  expect((await run('Golden histories')).match(/all as recorded/g)).toHaveLength(6);
});
