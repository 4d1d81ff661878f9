import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectStream } from '@alloy/contracts';
import { bootstrap } from '@alloy/ledger';
import { run } from '../../apps/cli/src/run';
import { fakeIo } from '../../apps/cli/src/testing/fake-io';
import { startTestIngest, sha256, type TestIngest } from '../../apps/ingest/src/testing/test-ingest';

const ROOT = 'a-token-of-an-administrator';
const SHOP = join(__dirname, '../../examples/shop');

let ingest: TestIngest;
let cwd: string;
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'alloy-cli-'));
  ingest = await startTestIngest();
  const token = { tokenSha256: sha256(ROOT), tokenScope: 'admin', tokenProjects: ['*'] } as const;
  await bootstrap({ databaseUrl: ingest.database.url, user: 'root', project: 'other', ...token });
});
afterAll(async () => {
  await ingest?.close();
  rmSync(cwd, { recursive: true, force: true });
});

/** Runs `alloy …argv` on a real ingest, in a folder of this test. */
async function alloy(...argv: readonly string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const fake = fakeIo({ fetch, cwd, home: cwd, env: { ALLOY_URL: `http://127.0.0.1:${ingest.port}`, ALLOY_TOKEN: ROOT } });
  const code = await run(argv, fake.io);
  return { code, out: fake.out(), err: fake.err() };
}
const file = (name: string): string => readFileSync(join(cwd, name), 'utf8');
const edit = (name: string, from: string, to: string): void => writeFileSync(join(cwd, name), file(name).replace(from, to));

it('a project is written, checked, applied and read again as one file', async () => {
  expect(await alloy('project', 'init', 'front', '-f', join(SHOP, 'k8s'), '--to', 'mine.yaml')).toMatchObject({ code: 0 });
  expect(await alloy('project', 'lint', 'mine.yaml')).toMatchObject({ code: 0 });
  const dry = await alloy('project', 'apply', '-f', 'mine.yaml', '--dry-run');
  expect(dry.out).toContain('  + image: registry.example.com/shop/web\n');
  expect(dry.out).toContain('front would be created; nothing was written\n');
  expect(await alloy('project', 'get', 'front')).toMatchObject({ code: 1, err: expect.stringContaining('unknown_project') });
  expect((await alloy('project', 'apply', '-f', 'mine.yaml')).out).toContain('created front, version 2\n');
  expect((await alloy('project', 'apply', '-f', 'mine.yaml')).out).toBe('nothing to change: front is at version 2\n');

  const { out } = await alloy('project', 'get', 'front', '-o', 'yaml');
  writeFileSync(join(cwd, 'ann.yaml'), out);
  writeFileSync(join(cwd, 'ben.yaml'), out);
  expect((await alloy('project', 'apply', '-f', 'ann.yaml')).out).toBe('nothing to change: front is at version 2\n');
  edit('ann.yaml', 'whenBusy: latestOnly', 'whenBusy: queue');
  edit('ben.yaml', 'maxErrorRate: 0.01', 'maxErrorRate: 0.5');
  const changed = await alloy('project', 'apply', '-f', 'ann.yaml', '--reason', 'more releases');
  expect(changed.out).toBe('production:\n  - whenBusy: latestOnly\n  + whenBusy: queue\nchanged production of front, version 3\n');
  expect(await alloy('project', 'apply', '-f', 'ben.yaml')).toMatchObject({ code: 6, err: expect.stringContaining('version_conflict') });
  const events = await ingest.ledger.store.read(projectStream('front'));
  expect(events.map(({ type, data }) => [type, (data as { reason: unknown }).reason])).toEqual([
    ['ProjectCreated', null], ['PolicyChanged', null], ['PolicyChanged', 'more releases'],
  ]);
});

it('the example of the shop has the policy with which npm start creates it', async () => {
  const policy = JSON.parse(readFileSync(join(SHOP, 'policy.json'), 'utf8')) as object;
  await bootstrap({ databaseUrl: ingest.database.url, user: 'root', project: 'shop', policy });
  expect(await alloy('project', 'apply', '-f', join(SHOP, 'project.yaml'), '--dry-run')).toMatchObject({
    code: 0, out: 'nothing to change: shop is at version 0\n',
  });
});
