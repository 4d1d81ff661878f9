import { Client } from 'pg';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { eventually } from '../../../../test/support/eventually';
import { bootstrap } from '../bootstrap';
import { createLedger, type Ledger } from '../create-ledger';
import { requested } from '../testing/facts';
import { ProjectEntity } from '../projects/project.entity';

const NAME = 'alloy-one-pool';
const POOL_SIZE = 4;
const actor = { kind: 'ci', id: 'demo' } as const;

let database: TestDatabase;
let observer: Client;
let ledger: Ledger;
const poolErrors: Error[] = [];

beforeAll(async () => {
  database = await createDatabase();
  await bootstrap({ databaseUrl: database.url, user: 'demo', project: 'shop' });
  // From another database of the server, because one of the tests ends every connection to its own database.
  observer = new Client({ connectionString: process.env['ALLOY_TEST_PG'] });
  await observer.connect();
});
beforeEach(() => {
  poolErrors.length = 0;
  const onPoolError = (error: Error) => void poolErrors.push(error);
  ledger = createLedger({ databaseUrl: database.roleUrl('alloy_ingest'), name: NAME, poolSize: POOL_SIZE, onPoolError });
});
afterEach(() => ledger.close());
afterAll(async () => {
  await observer?.end();
  await database?.drop();
});

interface Connections {
  readonly name: string;
  readonly count: number;
}

/** Number of connections to the test's database by application. */
async function connections(): Promise<readonly Connections[]> {
  const { rows } = await observer.query<Connections>(
    `SELECT application_name AS name, count(*)::int AS count FROM pg_stat_activity
     WHERE datname = $1 AND backend_type = 'client backend' GROUP BY 1 ORDER BY 1`,
    [new URL(database.url).pathname.slice(1)],
  );
  return rows;
}

const append = (n: number) =>
  ledger.log.append({ releaseId: `01POOL${n}`, project: 'shop', environment: 'production' }, [requested()], { expected: 'any', actor });

it('keeps appends and entities on one pool of the given size', async () => {
  const source = await ledger.orm.source();
  const entities = () => source.transaction((manager) => manager.findOneByOrFail(ProjectEntity, { id: 'shop' }));
  let isDone = false;
  const work = Promise.all(Array.from({ length: 60 }, (_, n) => [append(n), entities()]).flat()).finally(() => (isDone = true));
  const seen: (readonly Connections[])[] = [];
  while (!isDone) seen.push(await connections());
  expect(await work).toHaveLength(120);
  expect(new Set(seen.flat().map(({ name }) => name))).toEqual(new Set([NAME]));
  expect(Math.max(...seen.flat().map(({ count }) => count))).toBe(POOL_SIZE);
});

it('applies the settings of the pool to entities: the name and the timeouts', async () => {
  const source = await ledger.orm.source();
  const setting = (name: string) =>
    source
      .createQueryBuilder()
      .select('current_setting(:name)', 'value')
      .fromDummy()
      .setParameters({ name })
      .getRawOne<{ value: string }>();
  expect(await setting('application_name')).toEqual({ value: NAME });
  expect(await setting('statement_timeout')).toEqual({ value: '30s' });
  expect(await setting('idle_in_transaction_session_timeout')).toEqual({ value: '10s' });
});

it('reports a broken idle connection once, and continues with another one', async () => {
  const source = await ledger.orm.source();
  await source.getRepository(ProjectEntity).find();
  await observer.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [NAME]);
  await eventually(() => expect(poolErrors).toHaveLength(1));
  expect(await source.getRepository(ProjectEntity).countBy({ id: 'shop' })).toBe(1);
  expect(poolErrors.map(({ message }) => message)).toEqual([expect.stringContaining('terminating connection')]);
});

it('rejects if the connection breaks during a transaction, and continues with another one', async () => {
  const source = await ledger.orm.source();
  const broken = source.transaction(async (manager) => {
    await manager.find(ProjectEntity);
    await observer.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [NAME]);
    await eventually(async () => expect(await connections()).toEqual([]));
    return manager.find(ProjectEntity);
  });
  await expect(broken).rejects.toThrow(/terminat|released/i);
  expect(await source.getRepository(ProjectEntity).countBy({ id: 'shop' })).toBe(1);
});

it('loads and connects once for concurrent callers, and again after a failure', async () => {
  await database.leave();
  await expect(ledger.orm.source()).rejects.toBeInstanceOf(Error);
  await database.comeBack();
  const [one, another] = await Promise.all([ledger.orm.source(), ledger.orm.source()]);
  expect(one).toBe(another);
});

it('ends the pool once when the ledger is closed, after the work in progress', async () => {
  const end = jest.spyOn(ledger.pool, 'end');
  const source = await ledger.orm.source();
  const underWay = source.transaction(async (manager) => {
    await manager.find(ProjectEntity);
    return manager.countBy(ProjectEntity, { id: 'shop' });
  });
  await append(1_000);
  const again = createLedger({ databaseUrl: database.roleUrl('alloy_ingest'), name: NAME });
  const closed = ledger.close();
  expect(await underWay).toBe(1);
  await closed;
  expect(end).toHaveBeenCalledTimes(1);
  await eventually(async () => expect(await connections()).toEqual([]));
  await expect(source.getRepository(ProjectEntity).find()).rejects.toThrow('Cannot use a pool after calling end on the pool');
  ledger = again;
});

it('keeps the pool open when TypeORM closes the borrowed pool', async () => {
  const source = await ledger.orm.source();
  await source.destroy();
  expect(await append(2_000)).toHaveLength(1);
});

it('refuses a condition whose value is undefined, which would match every row', async () => {
  const source = await ledger.orm.source();
  await expect(source.getRepository(ProjectEntity).findOneBy({ id: undefined as unknown as string })).rejects.toThrow(/undefined/);
  await expect(source.getRepository(ProjectEntity).delete({ id: undefined as unknown as string })).rejects.toThrow(/undefined/);
});
