import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Relay } from '@alloy/event-store';
import { runningRelay } from '@alloy/event-store/testing';
import { bootstrap, createLedger, type Ledger } from '@alloy/ledger';
import { run } from '../../apps/cli/src/run';
import { fakeIo, type FakeOptions } from '../../apps/cli/src/testing/fake-io';
import { manifest } from '../../apps/ingest/src/testing/deploy-body';
import { startTestIngest, sha256, type TestIngest } from '../../apps/ingest/src/testing/test-ingest';
import { playRelease } from '../../apps/ingest/src/testing/play-release';
import { eventually } from '../support/eventually';

const ROOT = 'a-token-of-an-administrator';

let ingest: TestIngest;
let owner: Ledger;
let relay: Relay;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'alloy-cli-'));
  writeFileSync(join(folder, 'web.yaml'), [manifest.deployment, manifest.service, manifest.secret].join('---\n'));
  ingest = await startTestIngest();
  await bootstrap({
    databaseUrl: ingest.database.url, user: 'root', project: 'shop',
    policy: { namespace: 'shop' },
    tokenSha256: sha256(ROOT),
    tokenScope: 'admin',
    tokenProjects: ['*'],
  });
  owner = createLedger({ databaseUrl: ingest.database.url, name: 'test' });
  relay = runningRelay(owner.pool);
});
afterAll(async () => {
  await relay?.stop();
  await owner?.close();
  await ingest?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const sleep: FakeOptions['sleep'] = (ms, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, ms);
  signal.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason)), { once: true });
});
/** A sleep that never ends by itself. */
const forEver: FakeOptions['sleep'] = (_ms, signal) =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

/** Runs `alloy …argv` as an administrator of project `shop` on a real ingest. */
async function alloy(argv: readonly string[], more: FakeOptions = {}): Promise<Ran> {
  const env = { ALLOY_URL: `http://127.0.0.1:${ingest.port}`, ALLOY_TOKEN: ROOT, ALLOY_PROJECT: 'shop', ...more.env };
  const fake = fakeIo({ fetch, cwd: folder, home: folder, now: () => Date.now(), sleep, ...more, env });
  const code = await run(argv, fake.io);
  return { code, out: fake.out(), err: fake.err() };
}
const ok = async (...argv: string[]): Promise<string> => {
  const { code, out, err } = await alloy(argv);
  expect({ argv, code, err: code === 0 ? '' : err }).toEqual({ argv, code: 0, err: '' });
  return out;
};
const json = async (...argv: string[]): Promise<unknown> => JSON.parse(await ok(...argv, '-o', 'json'));
const deploy = async (tag: string, ...more: string[]): Promise<string> =>
  (await ok('deploy', '-f', 'web.yaml', '--image-tag', tag, '--commit', 'abc123', '-o', 'name', ...more)).trim();

it('creates one release per idempotency key and waits on the live feed until it is promoted', async () => {
  const id = await deploy('v1', '--strategy', 'rollout', '--reason', 'prices', '--idempotency-key', 'k1');
  expect(await deploy('v1', '--strategy', 'rollout', '--reason', 'prices', '--idempotency-key', 'k1')).toBe(id);
  expect(await alloy(['deploy', '-f', 'web.yaml', '--image-tag', 'v9', '--commit', 'abc123', '--idempotency-key', 'k1'])).toMatchObject({
    code: 6,
    err: expect.stringContaining('['),
  });
  expect(await alloy(['window'])).toMatchObject({ code: 6 });
  const waiting = alloy(['status', id, '--wait', '--timeout', '60s', '--summary', 'summary.md'], { sleep: forEver });
  await playRelease(ingest, id);
  expect(await waiting).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^rollout of v1 to [^]*promoted v1 in \d+ s\n[^]*is promoted/),
  });
  expect(readFileSync(join(folder, 'summary.md'), 'utf8')).toContain(`http://127.0.0.1:${ingest.port}/api/v1/releases/${id}`);
  expect(await json('get', 'release', id)).toMatchObject({ id, status: 'promoted', requestReason: 'prices' });
  expect(await json('get', 'stable')).toMatchObject({ releaseId: id, imageTag: 'v1' });
  expect(await ok('get', 'release', id)).toContain('Status:     ✔ promoted');
  await eventually(async () => expect(await json('history', '--limit', '1')).toMatchObject({ items: [{ id, status: 'promoted' }] }));
  expect(await ok('window')).toContain('open');
});

it('sends a user\'s requests to a release, chosen by its id or because it is the only unfinished one', async () => {
  const id = await deploy('v2', '--strategy', 'rollout');
  await playRelease(ingest, id, 'releasing');
  expect(await ok('pause', '--reason', 'lunch')).toBe(`requested to pause release ${id}, which was releasing\n`);
  await playRelease(ingest, id, 'paused');
  expect(await alloy(['status', id, '--wait'])).toMatchObject({ code: 5 });
  await ok('resume', id);
  await ok('abort', id, '--reason', 'enough');
  const { events } = await ingest.ledger.log.load(id);
  expect(
    events.filter(({ type }) => /(Pause|Resume|Abort)Requested/.test(type)).map(({ type, data, actor }) => ({ type, data, by: actor.id })),
  ).toEqual([
    { type: 'PauseRequested', data: { reason: 'lunch' }, by: 'root' },
    { type: 'ResumeRequested', data: { reason: null }, by: 'root' },
    { type: 'AbortRequested', data: { reason: 'enough' }, by: 'root' },
  ]);
  await playRelease(ingest, id);
  expect(await alloy(['promote', id])).toMatchObject({ code: 6, err: expect.stringContaining('[too_late]') });
  const again = (await ok('retry', id, '--reason', 'once more', '-o', 'name')).trim();
  expect(await json('get', 'release', again)).toMatchObject({ retryOf: id, requestReason: 'once more' });
  await playRelease(ingest, again);
  const back = (await ok('rollback', '--reason', 'no', '-o', 'name')).trim();
  expect(await json('get', 'release', back)).toMatchObject({ rollbackOf: expect.any(String), requestReason: 'no' });
});

it('creates and changes projects and records the reason in the audit log', async () => {
  expect(await ok('project', 'create', 'till', '--reason', 'a new shop')).toContain('till');
  expect(
    await ok('project', 'edit', 'till', '--set', 'whenBusy=queue', '--set', 'analysis.minRequests=10', '--reason', 'quiet nights'),
  ).toContain('changed whenBusy, analysis of till');
  expect(await json('get', 'projects')).toMatchObject({
    items: expect.arrayContaining([
      expect.objectContaining({
        id: 'till',
        policies: {
          production: expect.objectContaining({ whenBusy: 'queue', analysis: expect.objectContaining({ minRequests: 10, mode: 'auto' }) }),
        },
      }),
    ]),
  });
  expect(await alloy(['project', 'edit', 'till', '--set', 'whenBusi=queue'])).toMatchObject({
    code: 6,
    err: expect.stringContaining('did you mean whenBusy?'),
  });
  expect(await alloy(['project', 'create', 'till'])).toMatchObject({ code: 6, err: expect.stringContaining('[project_exists]') });
  const audited = ingest.lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ subject }) => subject === 'till');
  expect(audited).toMatchObject([
    { audit: 'project_created', by: 'root', reason: 'a new shop' },
    { audit: 'policy_changed', by: 'root', reason: 'quiet nights' },
  ]);
});

it('creates a token that is accepted until it is revoked, and logs in with it', async () => {
  const { out, err } = await alloy([
    'token', 'create', '--project', 'shop', '--scope', 'read', '--name', 'a reader', '--expires', '1d', '--reason',
    'a test',
  ]);
  const token = out.trim();
  expect(token).toMatch(/^alloy_\S{43}$/);
  const [, id = ''] = /token revoke (\S+)/.exec(err) ?? [];
  const own = { ALLOY_URL: undefined, ALLOY_TOKEN: undefined, ALLOY_PROJECT: undefined };
  expect(await alloy(['login', '--url', `http://127.0.0.1:${ingest.port}`, '--project', 'shop'], { stdin: token, env: own })).toMatchObject(
    {
      code: 0,
    },
  );
  expect(await alloy(['get', 'releases', '-o', 'name'], { env: own })).toMatchObject({ code: 0 });
  expect(await alloy(['abort', 'X'], { env: own })).toMatchObject({ code: 6, err: expect.stringContaining('[forbidden_scope]') });
  expect(await json('token', 'list')).toMatchObject({
    items: expect.arrayContaining([expect.objectContaining({ id, name: 'a reader', scope: 'read' })]),
  });
  expect(await ok('token', 'revoke', id, '--reason', 'over')).toBe(`token ${id} is revoked\n`);
  const after = await alloy(['get', 'releases'], { env: own });
  expect(after).toMatchObject({ code: 1, err: expect.stringContaining('The token is not valid for this server') });
  expect(ingest.lines.map((line) => JSON.parse(line) as Record<string, unknown>)).toContainEqual(
    expect.objectContaining({ audit: 'token_revoked', subject: id, reason: 'over' }),
  );
  expect([after.err, err, ...ingest.lines].join()).not.toContain(token);
});

it('rebuilds a view with a reason', async () => {
  expect(await ok('projections', 'rebuild', 'project_history', '--reason', 'a test')).toContain('project_history: ');
  expect(ingest.lines.map((line) => JSON.parse(line) as Record<string, unknown>)).toContainEqual(
    expect.objectContaining({ audit: 'view_rebuilt', subject: 'project_history', reason: 'a test' }),
  );
});
