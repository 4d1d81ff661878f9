import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Relay } from '@alloy/event-store';
import { runningRelay } from '@alloy/event-store/testing';
import { bootstrap, createLedger, type Ledger } from '@alloy/ledger';
import { eventually } from '../../../../test/support/eventually';
import { body } from '../testing/deploy-body';
import { startTestIngest, sha256, type TestIngest } from '../testing/test-ingest';

const ADMIN = 'token-of-an-administrator';
const run = promisify(execFile);

let ingest: TestIngest;
let planner: Ledger;
let relay: Relay;
beforeAll(async () => {
  ingest = await startTestIngest();
  planner = createLedger({ databaseUrl: ingest.database.roleUrl('alloy_planner') });
  await bootstrap({
    databaseUrl: ingest.database.url, user: 'admin', project: 'shop',
    tokenSha256: sha256(ADMIN),
    tokenScope: 'admin',
    tokenProjects: ['*'],
  });
  relay = runningRelay(planner.pool);
});
afterAll(async () => {
  await relay?.stop();
  await planner?.close();
  await ingest?.close();
});

const get = async (path: string) => (await ingest.call(path, { token: ADMIN })).json;
const rebuilt = (name: string, state: string) =>
  eventually(async () => expect((await get(`/api/v1/projections/${name}`)).rebuild).toMatchObject({ state }));

it('rebuilds a view in parallel to the live one, and reports its progress and the differences', async () => {
  await ingest.deploy(body());
  await eventually(async () =>
    expect((await get('/api/v1/projections')).items).toMatchObject([
      { name: 'project_history', seq: 1, behind: 0, rebuild: null },
      { name: 'release_step', seq: 1 },
      { name: 'release_timeline', seq: 1 },
    ]),
  );
  const { status, json } = await ingest.post('/api/v1/projections/project_history/rebuild', { swap: false }, ADMIN);
  expect([status, json.name]).toEqual([202, 'project_history']);
  await rebuilt('project_history', 'compared');
  expect((await get('/api/v1/projections/project_history')).rebuild).toMatchObject({
    seq: 1, target: 1, error: null,
    comparison: { live: 1, rebuilt: 1, onlyLive: 0, onlyRebuilt: 0 },
  });
});

it('refuses an unknown view, and an invalid request', async () => {
  for (const name of ['event', 'nothing'])
    expect(await ingest.post(`/api/v1/projections/${name}/rebuild`, {}, ADMIN)).toMatchObject({
      status: 404,
      json: { code: 'unknown_projection' },
    });
  expect(await ingest.post('/api/v1/projections/release_step/rebuild', { swop: false }, ADMIN)).toMatchObject({
    status: 422,
    json: { code: 'unknown_key' },
  });
});

describe('scripts/rebuild-projections.mjs', () => {
  const script = (...args: string[]) =>
    run(process.execPath, [join(__dirname, '../../../../scripts/rebuild-projections.mjs'), ...args], {
      env: { PATH: process.env['PATH'], ALLOY_URL: `http://127.0.0.1:${ingest.port}`, ALLOY_TOKEN: ADMIN },
    });

  it('rebuilds one view after the other and prints the results', async () => {
    const { stdout } = await script();
    expect(stdout.trim().split('\n')).toEqual([
      'project_history: swapped; 1 rows, none differed',
      'release_step: swapped; 0 rows, none differed',
      'release_timeline: swapped; 1 rows, none differed',
    ]);
  });

  it('exits with 1 if a view differs and is only compared', async () => {
    const owner = createLedger({ databaseUrl: ingest.database.url });
    await owner.pool.query(`UPDATE release_timeline SET text = 'nonsense'`).finally(() => owner.close());
    const outcome = script('--compare', 'release_timeline');
    await expect(outcome).rejects.toMatchObject({ code: 1, stdout: 'release_timeline: compared; 1 rows, 1 only live, 1 only rebuilt\n' });
    await expect(script('nothing')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('The view does not exist. The views are project_history, release_step, release_timeline.'),
    });
  });
});
