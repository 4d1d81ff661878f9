import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { databaseDependency, isDatabaseAway } from './database-dependency';

let database: TestDatabase;
beforeAll(async () => {
  database = await createDatabase();
});
afterAll(() => database.drop());

/** Whether waiting can help, and why the connection fails. */
async function failure(url: string): Promise<readonly [boolean, string]> {
  const { probe, isTemporary } = databaseDependency(url);
  const error = await probe().then(() => new Error('it answers'), (e: Error & { code?: string }) => e);
  return [isTemporary(error), (error as { code?: string }).code ?? error.message];
}
const changed = (change: (url: URL) => unknown): string => {
  const url = new URL(database.roleUrl('alloy_planner'));
  change(url);
  return url.href;
};

describe('databaseDependency', () => {
  it('is available if Postgres accepts the role', async () => {
    await expect(databaseDependency(database.roleUrl('alloy_planner')).probe()).resolves.toBeUndefined();
  });

  it('waits if no server listens, a host is not known yet, or a database is closed for maintenance', async () => {
    expect(await failure(changed((url) => (url.port = '1')))).toEqual([true, 'ECONNREFUSED']);
    expect((await failure(changed((url) => (url.hostname = 'postgres.invalid'))))[0]).toBe(true);
    await database.leave();
    expect(await failure(database.roleUrl('alloy_planner'))).toEqual([true, '55000']);
    await database.comeBack();
  });

  it('does not wait after a wrong password, or for a role or database that does not exist', async () => {
    expect(await failure(changed((url) => (url.password = 'wrong')))).toEqual([false, '28P01']);
    expect(await failure(changed((url) => (url.username = 'unknown_here')))).toEqual([false, '28P01']);
    expect(await failure(Object.assign(new URL(database.url), { pathname: '/nowhere' }).href)).toEqual([false, '3D000']);
  });

  it('names host and port without the password', () => {
    expect(databaseDependency('postgres://alloy_planner:hunter2@db:5432/alloy').title).toBe('Postgres at db:5432');
    expect(databaseDependency('no url').title).toBe('Postgres at DATABASE_URL');
  });
});

it.each(['57P03', '57P01', '57P02', '53300', '08006', 'ECONNREFUSED', 'EAI_AGAIN'])('counts %s as an unavailable Postgres', (code) => {
  expect(isDatabaseAway(Object.assign(new Error('x'), { code }))).toBe(true);
  expect(isDatabaseAway(Object.assign(new AggregateError([Object.assign(new Error('x'), { code })]), { code }))).toBe(true);
});

it.each(['28P01', '28000', '3D000', '42501', '42P01'])('counts %s as a permanent failure', (code) => {
  expect(isDatabaseAway(Object.assign(new Error('x'), { code }))).toBe(false);
});
