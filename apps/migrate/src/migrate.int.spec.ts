import { randomBytes } from 'node:crypto';
import { eventStoreGrants, roles, type Role } from '@alloy/event-store';
import { ledgerGrants } from '@alloy/ledger';
import { Client } from 'pg';
import { migrate } from './migrate';

/** Roles belong to the server: this password is used by all tests. */
const PASSWORD = 'alloy-test-password';
const passwords = Object.fromEntries(roles.map((role) => [role, PASSWORD])) as Record<Role, string>;

const server = process.env['ALLOY_TEST_PG']!;
const name = `migrate_${randomBytes(8).toString('hex')}`;
const urlAs = (role?: Role, password = PASSWORD): string => {
  const url = new URL(server);
  url.pathname = `/${name}`;
  if (role) [url.username, url.password] = [role, password];
  return url.href;
};

async function query<T extends object>(url: string, sql: string, values: unknown[] = []): Promise<readonly T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(() => query(server, `CREATE DATABASE ${name}`));
afterAll(() => query(server, `DROP DATABASE ${name} WITH (FORCE)`));

describe('migrate', () => {
  it('creates all granted tables, and each role can log in', async () => {
    await migrate({ databaseUrl: urlAs(), rolePasswords: passwords });
    const tables = (
      await query<{ name: string }>(
        urlAs(),
        `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace`,
      )
    ).map((row) => row.name);
    for (const table of Object.keys({ ...eventStoreGrants, ...ledgerGrants })) expect(tables).toContain(table);
    for (const role of roles) expect(await query(urlAs(role), 'SELECT count(*)::integer AS n FROM event')).toEqual([{ n: 0 }]);
  });

  it('changes nothing when run again, also concurrently', async () => {
    const shape = (): Promise<unknown> =>
      query(urlAs(), `SELECT relname, relacl::text, (SELECT count(*)::integer FROM pg_attribute WHERE attrelid = pg_class.oid) AS columns
                      FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY relname`);
    const before = await shape();
    await migrate({ databaseUrl: urlAs(), rolePasswords: passwords });
    await Promise.all([1, 2].map(() => migrate({ databaseUrl: urlAs(), rolePasswords: passwords })));
    expect(await shape()).toEqual(before);
  });

  it('allows concurrent migrations of two databases, which share the roles', async () => {
    const other = `${name}_other`;
    await query(server, `CREATE DATABASE ${other}`);
    const otherUrl = new URL(server);
    otherUrl.pathname = `/${other}`;
    await Promise.all(
      [urlAs(), otherUrl.href, urlAs(), otherUrl.href].map((databaseUrl) => migrate({ databaseUrl, rolePasswords: passwords })),
    );
    expect(await query(urlAs('alloy_ingest'), 'SELECT current_user AS who')).toEqual([{ who: 'alloy_ingest' }]);
    await query(server, `DROP DATABASE ${other} WITH (FORCE)`);
  });

  it('revokes privileges that were granted manually', async () => {
    await query(urlAs(), 'GRANT ALL ON event TO alloy_notifier');
    await migrate({ databaseUrl: urlAs(), rolePasswords: passwords });
    await expect(query(urlAs('alloy_notifier'), 'TRUNCATE event')).rejects.toMatchObject({
      code: '42501',
      message: 'permission denied for table event',
    });
  });

  it('keeps passwords out of the server\'s logs, and terminates idle transactions', async () => {
    const rows = await query<{ rolname: string; rolpassword: string }>(
      urlAs(),
      `SELECT rolname, rolpassword FROM pg_authid WHERE rolname LIKE 'alloy\\_%' ORDER BY 1`,
    );
    expect(rows.map((row) => row.rolname)).toEqual([...roles].sort());
    for (const { rolpassword } of rows) expect(rolpassword).toMatch(/^SCRAM-SHA-256\$4096:[^$]+\$[^:]+:.+$/);
    expect(await query(urlAs('alloy_planner'), 'SHOW idle_in_transaction_session_timeout')).toEqual([
      { idle_in_transaction_session_timeout: '10s' },
    ]);
  });

  it('denies access to other roles', async () => {
    await expect(query(urlAs('alloy_planner', 'wrong'), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    const stranger = `stranger_${randomBytes(4).toString('hex')}`;
    await query(server, `CREATE ROLE ${stranger} LOGIN PASSWORD '${PASSWORD}'`);
    await expect(query(urlAs(stranger as Role), 'SELECT 1')).rejects.toMatchObject({ code: '42501' });
    await query(server, `DROP ROLE ${stranger}`);
  });
});
