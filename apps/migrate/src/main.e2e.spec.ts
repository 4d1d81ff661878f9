import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { forgetPostgres, startPostgres, tether } from '@alloy/embedded';
import { roles } from '@alloy/event-store';
import { Client } from 'pg';

const run = promisify(execFile);
const MAIN = join(__dirname, '../../../dist/apps/migrate/main.js');

/** Runs the built step with this environment only. */
const migrate = (env: Record<string, string>) => run(process.execPath, [MAIN], { env, timeout: 120_000 });

describe('the built migrate step', () => {
  const dir = mkdtempSync(join(tmpdir(), 'alloy-migrate-'));
  let postgres: Awaited<ReturnType<typeof startPostgres>>;
  let untether: () => void;
  beforeAll(async () => {
    postgres = await startPostgres({ dir, volatile: true });
    untether = tether(postgres.pid);
  });
  afterAll(async () => {
    await postgres.stop();
    untether();
    forgetPostgres(dir);
    rmSync(dir, { recursive: true, force: true });
  });

  it('prepares a new database, and is idempotent', async () => {
    const env = {
      DATABASE_URL: postgres.url,
      ALLOY_ROLE_PASSWORDS: JSON.stringify(Object.fromEntries(roles.map((role) => [role, 'password-1']))),
    };
    for (const _ of [1, 2]) expect(await migrate(env)).toEqual({ stdout: '', stderr: '' });
    const client = new Client({
      connectionString: Object.assign(new URL(postgres.url), { username: 'alloy_planner', password: 'password-1' }).href,
    });
    await client.connect();
    expect((await client.query('SELECT epoch FROM store_epoch')).rows).toEqual([{ epoch: 1 }]);
    expect((await client.query('SELECT count(*)::integer AS n FROM release')).rows).toEqual([{ n: 0 }]);
    await client.end();
  });

  it('registers the token of the first administrator, and not again after it was revoked', async () => {
    const env = {
      DATABASE_URL: postgres.url, ALLOY_ROLE_PASSWORDS: JSON.stringify(Object.fromEntries(roles.map((role) => [role, 'password-1']))),
      ALLOY_BOOTSTRAP_TOKEN: 'the-first-token-of-this-installation',
    };
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    const tokens = async () =>
      (await client.query('SELECT account, scope, projects, revoked_at IS NULL AS live FROM token ORDER BY created_at')).rows;
    const first = { account: 'admin', scope: 'admin', projects: ['*'], live: true };
    for (const _ of [1, 2]) {
      await migrate(env);
      expect(await tokens()).toEqual([first]);
    }
    await client.query('UPDATE token SET revoked_at = clock_timestamp()');
    await migrate(env);
    expect(await tokens()).toEqual([{ ...first, live: false }]);
    await migrate({ ...env, ALLOY_BOOTSTRAP_TOKEN: 'another-token-of-this-installation' });
    expect(await tokens()).toEqual([{ ...first, live: false }, first]);
    expect(JSON.stringify((await client.query('SELECT * FROM token')).rows)).not.toContain('of-this-installation');
    await client.end();
  });

  it('writes the policy of ALLOY_BOOTSTRAP once and keeps later changes of users', async () => {
    const bootstrap = { user: 'demo', project: 'shop', policy: { namespace: 'shop', progressDeadline: 60 }, tokenSha256: 'ab'.repeat(32) };
    const env = {
      DATABASE_URL: postgres.url,
      ALLOY_ROLE_PASSWORDS: JSON.stringify(Object.fromEntries(roles.map((role) => [role, 'password-1']))),
      ALLOY_BOOTSTRAP: JSON.stringify(bootstrap),
    };
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    const deadline = async () =>
      (await client.query(`SELECT policy -> 'progressDeadline' AS deadline FROM project_policy WHERE project = 'shop'`)).rows;
    await migrate(env);
    expect(await deadline()).toEqual([{ deadline: 60 }]);
    await client.query(`UPDATE project_policy SET policy = policy || '{"progressDeadline": 7}' WHERE project = 'shop'`);
    await migrate(env);
    expect(await deadline()).toEqual([{ deadline: 7 }]);
    await client.end();
  });

  it('reports missing variables and exits 1', async () => {
    await expect(migrate({ DATABASE_URL: postgres.url })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^migrate: ALLOY_ROLE_PASSWORDS: /),
    });
  });

  it('reports an unreachable server and exits 1', async () => {
    const env = {
      ALLOY_WAIT_SECONDS: '0',
      DATABASE_URL: 'postgresql://alloy@127.0.0.1:1/x',
      ALLOY_ROLE_PASSWORDS: JSON.stringify(Object.fromEntries(roles.map((role) => [role, 'password-1']))),
    };
    await expect(migrate(env)).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/^migrate: .*ECONNREFUSED/) });
    await expect(migrate({ ...env, ALLOY_WAIT_SECONDS: '1' })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^migrate: waiting for Postgres at 127.0.0.1:1: .*ECONNREFUSED.*\nmigrate: .*ECONNREFUSED/),
    });
  });
});
