import type { OrderedEvent } from '@alloy/contracts';
import type { Pool } from 'pg';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { eventually } from '../../../../test/support/eventually';
import { createPool } from '../postgres/create-pool';
import { PostgresEventStore } from '../postgres/postgres-event-store';
import { anEvent } from '../testing/an-event';
import { aRelay, orderAll, runningRelay } from '../testing/a-relay';
import type { AsyncView } from './async-view';
import { Projector } from './projector';

let database: TestDatabase;
let pool: Pool;
let store: PostgresEventStore;
beforeEach(async () => {
  database = await createDatabase();
  pool = createPool(database.url, { name: 'test', max: 10 });
  store = new PostgresEventStore({ pool });
  await pool.query('CREATE TABLE seen (place serial, view text, seq integer, UNIQUE (view, seq))');
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

async function log(count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    await store.append([{ stream: `s-${i % 3}`, expected: 'any', events: [anEvent({ type: i % 2 ? 'Odd' : 'Even' })] }]);
  }
  await orderAll(pool, aRelay({ pool, leaseMs: 1 }));
}

const recorder = (name: string, more: Partial<AsyncView> = {}): AsyncView => ({
  name,
  apply: async (client, events: readonly OrderedEvent[]) => {
    await client.query('INSERT INTO seen (view, seq) SELECT $1, unnest($2::integer[])', [name, events.map((e) => e.seq)]);
  },
  ...more,
});
const seen = async (view: string) =>
  (await pool.query<{ seq: number }>('SELECT seq FROM seen WHERE view = $1 ORDER BY place', [view])).rows.map((row) => row.seq);
const rethrow = (error: unknown): never => {
  throw error;
};
const projector = (views: readonly AsyncView[], onError: (error: unknown, view: string | undefined) => void = rethrow) =>
  new Projector({ pool, views, onError, pollMs: 20, batch: 4 });
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);

describe('the projector', () => {
  it('passes each event once to each view, in order, in batches, from its cursor on', async () => {
    await log(10);
    const first = projector([recorder('all'), recorder('odd', { types: ['Odd'] })]);
    while (await first.round());
    expect(await seen('all')).toEqual(upTo(10));
    expect(await seen('odd')).toEqual([2, 4, 6, 8, 10]);
    await log(3);
    const second = projector([recorder('all'), recorder('odd', { types: ['Odd'] })]);
    while (await second.round());
    expect(await seen('all')).toEqual(upTo(13));
  });

  it('divides the work among replicas', async () => {
    await log(30);
    const replicas = [1, 2, 3].map(() => projector([recorder('all')]));
    for (const replica of replicas) replica.start();
    await eventually(async () => expect(await seen('all')).toEqual(upTo(30)));
    await Promise.all(replicas.map((replica) => replica.stop()));
  });

  it('rolls back and retries a batch that fails, while the other views continue', async () => {
    await log(6);
    let broken = true;
    const errors: unknown[] = [];
    const fragile = recorder('fragile', {
      async apply(client, events) {
        await recorder('fragile').apply(client, events);
        if (broken) throw new Error('broken');
      },
    });
    const follower = projector([fragile, recorder('all')], (error, view) => errors.push([view, String(error)]));
    follower.start();
    await eventually(async () => expect(await seen('all')).toEqual(upTo(6)));
    await eventually(() => expect(errors).toContainEqual(['fragile', 'Error: broken']));
    expect(await seen('fragile')).toEqual([]);
    broken = false;
    await eventually(async () => expect(await seen('fragile')).toEqual(upTo(6)));
    await follower.stop();
  });

  it('contains on request all events committed before, regardless of its polling interval', async () => {
    const follower = new Projector({ pool, views: [recorder('all')], onError: rethrow, pollMs: 60_000 });
    expect(await follower.caughtUp(recorder('all'), 0)).toBe(true);
    follower.start();
    await store.append([{ stream: 's-1', expected: 0, events: [anEvent({}), anEvent({})] }]);
    expect(await follower.caughtUp(recorder('all'), 30)).toBe(false);
    const relay = runningRelay(pool);
    expect(await follower.caughtUp(recorder('all'), 60_000)).toBe(true);
    expect(await seen('all')).toEqual([1, 2]);
    await Promise.all([relay.stop(), follower.stop()]);
  });

  it('builds a new generation from the start, in parallel to the live one', async () => {
    await log(5);
    const live = projector([recorder('all')]);
    while (await live.round());
    const rebuilt: AsyncView = { ...recorder('all-2'), name: 'all', generation: 2 };
    const both = projector([recorder('all'), rebuilt]);
    while (await both.round());
    expect([await seen('all'), await seen('all-2')]).toEqual([upTo(5), upTo(5)]);
  });

  it('upcasts events', async () => {
    await store.append([{ stream: 's-1', expected: 0, events: [anEvent({ type: 'Renamed', schema: 1, data: { title: 'web' } })] }]);
    await orderAll(pool, aRelay({ pool }));
    const got: OrderedEvent[] = [];
    const view: AsyncView = { name: 'upcast', apply: async (_client, events) => void got.push(...events) };
    const upcasters = { Renamed: { current: 2, from: { 1: (data: unknown) => ({ name: (data as { title: string }).title }) } } };
    await new Projector({ pool, views: [view], upcasters, onError: rethrow }).round();
    expect(got.map((e) => [e.schema, e.data])).toEqual([[2, { name: 'web' }]]);
  });
});
