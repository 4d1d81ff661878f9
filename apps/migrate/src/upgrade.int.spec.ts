import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventStoreGrants, roles, verifyLog, type Role } from '@alloy/event-store';
import { createLedger, runMigrations } from '@alloy/ledger';
import { Client, Pool } from 'pg';
import { migrate } from './migrate';
import { schemaOf } from './testing/schema-of';

const TWO_LISTS = readFileSync(join(__dirname, 'testing', 'two-lists.sql'), 'utf8');
/** Roles belong to the server: the password that all the other tests use. */
const rolePasswords = Object.fromEntries(roles.map((role) => [role, 'alloy-test-password'])) as Record<Role, string>;

const server = process.env['ALLOY_TEST_PG']!;
const made: string[] = [];

async function run<T extends object>(url: string, sql: string, values?: unknown[]): Promise<readonly T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql, values)).rows ?? [];
  } finally {
    await client.end();
  }
}

/** A database with what `script` makes of it; default: nothing. */
async function databaseWith(script = ''): Promise<string> {
  const name = `upgrade_${randomBytes(8).toString('hex')}`;
  await run(server, `CREATE DATABASE ${name}`);
  made.push(name);
  const url = new URL(server);
  url.pathname = `/${name}`;
  if (script !== '') await run(url.href, script);
  return url.href;
}

async function notedIn(url: string): Promise<readonly string[]> {
  const noted = await run<{ name: string }>(url, 'SELECT name FROM ledger_migration ORDER BY name');
  return noted.map(({ name }) => name);
}

const TABLES = `
  SELECT relname AS name FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`;
/** A version that became stable when its release was requested. */
const STABLE = `INSERT INTO public.stable_version (project, environment, ordinal, event_id, release_id, artifact, image, image_tag, since)
  SELECT 'shop', 'production', 1, id, '01BEFORE', 'a', 'shop', 'v1', now() FROM public.event
  WHERE stream = 'release-01BEFORE' AND version = 1;`;
const WAITING = `
  SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND application_name = 'alloy-migrate' AND wait_event = 'advisory'`;

/** The migrations that the build with two lists did not have. */
const newer = [
  'StableTargets1763760000003', 'PolicyVersions1763760000043', 'HandedBack1763760000050', 'PlanRequests1763760000053',
  'Hold1763760000058',
];

let fresh: string;
beforeAll(async () => {
  fresh = await databaseWith();
  await migrate({ databaseUrl: fresh, rolePasswords });
});
afterAll(async () => {
  for (const name of made) await run(server, `DROP DATABASE ${name} WITH (FORCE)`);
});

describe('a database of a build that had two lists of migrations', () => {
  let upgraded: string;
  let ran: readonly string[];
  beforeAll(async () => {
    upgraded = await databaseWith(`${TWO_LISTS}\n${STABLE}`);
    ran = await runMigrations(upgraded);
    await migrate({ databaseUrl: upgraded, rolePasswords });
  });

  it('is taken over without running a migration of that build again', async () => {
    expect(ran).toEqual(newer);
    expect(await notedIn(upgraded)).toEqual(await notedIn(fresh));
  });

  it('has the same schema as a new database', async () => {
    const [was, is] = [await schemaOf(fresh), await schemaOf(upgraded)];
    expect(was.length).toBeGreaterThan(200);
    expect(is).toEqual(was);
  });

  it('keeps its log, views and queues, and accepts new events', async () => {
    const ledger = createLedger({ databaseUrl: upgraded });
    try {
      const { state } = await ledger.log.load('01BEFORE');
      expect(state).toMatchObject({ status: 'releasing', version: 4, project: 'shop' });
      const settings = await ledger.policies.find('shop', 'production');
      expect(settings).toMatchObject({ isConfigured: true, policy: { namespace: 'shop', progressDeadline: 60 } });
      const target = { cluster: 'default', namespace: 'shop', workload: 'web' };
      expect(await ledger.stable.current('shop', 'production')).toMatchObject({ releaseId: '01BEFORE', judged: false, target });
      expect(await ledger.outbox.first('shop/production/team')).toMatchObject({ seq: 1, message: { text: 'hello' } });
      const release = { releaseId: '01BEFORE', project: 'shop', environment: 'production' };
      const abort = { type: 'AbortRequested', data: { reason: null } } as const;
      const [event] = await ledger.log.append(release, [abort], { expected: 4, actor: { kind: 'user', id: 'demo' } });
      expect(event).toMatchObject({ version: 5 });
      expect(await verifyLog({ pool: ledger.pool, keys: new Map(), file: [] })).toMatchObject({ events: 5 });
    } finally {
      await ledger.close();
    }
  });

  it('gets a new epoch on another server, once', async () => {
    await runMigrations(upgraded);
    expect(await run(upgraded, 'SELECT epoch FROM store_epoch ORDER BY epoch')).toEqual([{ epoch: 1 }, { epoch: 2 }]);
  });

  it('is left to one of several migrations that start at once', async () => {
    const url = await databaseWith(TWO_LISTS);
    const ran = await Promise.all([1, 2, 3].map(() => runMigrations(url)));
    expect(ran.flat()).toEqual(newer);
    expect(await notedIn(url)).toEqual(await notedIn(fresh));
  });
});

describe('a database of an older build', () => {
  it('that was gone back to, with its notes written again, is taken over again', async () => {
    const url = await databaseWith(TWO_LISTS);
    await runMigrations(url);
    const names = [
      '001_event', '002_append_only', '003_order', '004_projection', '005_checkpoint', '006_rebuild', '007_append', '008_rebuild_all',
    ];
    await run(url, 'CREATE TABLE schema_migration (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())');
    await run(url, 'INSERT INTO schema_migration (name) SELECT unnest($1::text[])', [names]);
    expect(await runMigrations(url)).toEqual([]);
    expect(await notedIn(url)).toEqual(await notedIn(fresh));
  });

  it('that stopped between the two lists is brought up to date', async () => {
    const url = await databaseWith(`${TWO_LISTS}; SET search_path = public;
      DELETE FROM schema_migration WHERE name IN ('007_append', '008_rebuild_all'); DROP FUNCTION append_events;
      DELETE FROM ledger_migration WHERE name LIKE 'HeartbeatsWriting%'; ALTER TABLE heartbeat DROP COLUMN writing`);
    const missing = ['AppendEvents1763690000007', 'RebuildAllViews1763690000008', 'HeartbeatsWriting1763750000021'];
    expect(await runMigrations(url)).toEqual([...missing, ...newer]);
    expect(await notedIn(url)).toEqual(await notedIn(fresh));
  });

  it('that noted the event store alone gets the rest', async () => {
    const tables = await run<{ name: string }>(fresh, TABLES);
    const others = tables.map(({ name }) => name).filter((name) => !Object.hasOwn(eventStoreGrants, name));
    const without = `SET search_path = public; DROP TABLE IF EXISTS ${others.join(', ')} CASCADE; DROP FUNCTION maintain_measurements`;
    const url = await databaseWith(`${TWO_LISTS}; ${without}`);
    const ran = await runMigrations(url);
    expect([ran[0], ran.length]).toEqual(['Projects1763700000001', 20 + newer.length]);
    await migrate({ databaseUrl: url, rolePasswords });
    expect(await schemaOf(url)).toEqual(await schemaOf(fresh));
  });
});

describe('migrations', () => {
  it('run in the order of the list, each once', async () => {
    const url = await databaseWith();
    const ran = await runMigrations(url);
    expect(ran).toHaveLength(28 + newer.length);
    expect(ran.map((name) => name.slice(-13))).toEqual(ran.map((name) => name.slice(-13)).toSorted());
    expect((await run<{ name: string }>(url, 'SELECT name FROM ledger_migration ORDER BY id')).map(({ name }) => name)).toEqual(ran);
    expect(await runMigrations(url)).toEqual([]);
  });

  it('leave the database as it was where one of them fails', async () => {
    const url = await databaseWith('CREATE TABLE heartbeat (someone_elses text)');
    const before = await schemaOf(url);
    await expect(runMigrations(url)).rejects.toMatchObject({ message: 'relation "heartbeat" already exists', code: '42P07' });
    expect(await schemaOf(url)).toEqual(before);
  });

  it('wait for those of an earlier build', async () => {
    const url = await databaseWith(TWO_LISTS);
    const earlier = new Pool({ connectionString: url, max: 1 });
    await earlier.query('SELECT pg_advisory_lock(7220001)');
    let isDone = false;
    const running = runMigrations(url).finally(() => (isDone = true));
    const waiting = async () => (await run(url, WAITING)).length;
    while ((await waiting()) === 0) expect(isDone).toBe(false);
    await earlier.end();
    expect(await running).toEqual(newer);
  });
});
