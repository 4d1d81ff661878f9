import { verifyChain } from '@alloy/audit';
import type { Pool } from 'pg';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { eventually } from '../../../../test/support/eventually';
import type { InlineView } from '../ports';
import { anEvent } from '../testing/an-event';
import { postgresProxy, type PostgresProxy } from '../testing/postgres-proxy';
import { createPool } from './create-pool';
import { PostgresEventStore } from './postgres-event-store';

const counter: InlineView = {
  name: 'counter',
  apply: async (client, events) => void (await client.query('UPDATE counter SET n = n + $1', [events.length])),
};

describe('a COMMIT whose outcome is unknown', () => {
  let database: TestDatabase;
  let proxy: PostgresProxy;
  let pool: Pool;
  let store: PostgresEventStore;
  beforeAll(async () => {
    database = await createDatabase();
    proxy = await postgresProxy(database.url);
    pool = createPool(proxy.url, { name: 'test' });
    await pool.query('CREATE TABLE counter AS SELECT 0 AS n');
    store = new PostgresEventStore({ pool, inlineViews: [counter], retryMs: 10_000 });
  });
  afterAll(async () => {
    await pool.end();
    await proxy.close();
    await database.drop();
  });

  it.each([
    ['reply', 1],
    ['reply', 'any'],
    ['request', 1],
    ['request', 'any'],
  ] as const)('is found out, the %s lost, expecting %s: stored once, views written once', async (what, expected) => {
    const stream = `s-${what}-${expected}`;
    await store.append([{ stream, expected: 0, events: [anEvent()] }]);
    const { rows: before } = await pool.query<{ n: number }>('SELECT n FROM counter');
    const cuts = proxy.cuts;
    proxy.cutAtCommit(what);

    const appended = await store.append([{ stream, expected, events: [anEvent(), anEvent()] }]);

    expect(proxy.cuts).toBe(cuts + 1);
    expect(appended.map((e) => e.version)).toEqual([2, 3]);
    const events = await store.read(stream);
    expect(events.slice(1)).toEqual(appended);
    expect(verifyChain(events)).toEqual([]);
    expect((await pool.query('SELECT n FROM counter')).rows).toEqual([{ n: before[0]!.n + 2 }]);
  });

  it.each([
    ['reply', 1],
    ['reply', 'any'],
    ['request', 1],
    ['request', 'any'],
  ] as const)('the same where the append is a statement that commits by itself: the %s lost, expecting %s', async (what, expected) => {
    const stream = `s-alone-${what}-${expected}`;
    const alone = new PostgresEventStore({ pool, retryMs: 10_000 });
    await alone.append([{ stream, expected: 0, events: [anEvent()] }]);
    const cuts = proxy.cuts;
    proxy.cutAtCommit(what, 'event-append');

    const appended = await alone.append([{ stream, expected, events: [anEvent(), anEvent()] }]);

    expect(proxy.cuts).toBe(cuts + 1);
    const events = await alone.read(stream);
    expect(events.slice(1)).toEqual(appended);
    expect(events.map((e) => e.version)).toEqual([1, 2, 3]);
    expect(verifyChain(events)).toEqual([]);
  });

  it('is resolved by each append of a shared transaction', async () => {
    const before = proxy.cuts;
    let largest = 0;
    const cutsTheGroup: InlineView = {
      name: 'cuts the group',
      async apply(_client, events) {
        if (proxy.cuts > before) return;
        largest = events.length;
        proxy.cutAtCommit('reply');
      },
    };
    const grouped = new PostgresEventStore({ pool, inlineViews: [cutsTheGroup], retryMs: 10_000 });
    const appends = Array.from({ length: 4 }, (_, i) => grouped.append([{ stream: `s-group-${i}`, expected: 0, events: [anEvent()] }]));
    const stored = (await Promise.all(appends)).flat();
    expect(largest).toBe(4);
    expect(proxy.cuts).toBe(before + 1);
    for (let i = 0; i < 4; i += 1) expect(await grouped.read(`s-group-${i}`)).toEqual([stored[i]]);
  });

  it('leaves each event stored once if connections are killed at any time', async () => {
    const direct = createPool(database.url, { name: 'killer' });
    let kills = 0;
    const killing = (async () => {
      while (kills < 6) {
        const { rowCount } = await direct.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test' AND datname = current_database()
            AND state <> 'idle'`,
        );
        kills += rowCount ?? 0;
      }
    })();
    const ids: string[] = [];
    while (kills < 6) {
      const event = anEvent();
      ids.push(event.id);
      await store.append([{ stream: 's-killed', expected: 'any', events: [event] }]);
    }
    await killing;
    // The last kill may still terminate a connection of the store's pool.
    const events = await new PostgresEventStore({ pool: direct }).read('s-killed');
    expect(events.map((e) => e.id)).toEqual(ids);
    expect(verifyChain(events)).toEqual([]);
    await direct.end();
  });

  it('ends with a version conflict if another writer appended meanwhile', async () => {
    await store.append([{ stream: 's-race', expected: 0, events: [anEvent()] }]);
    const direct = createPool(database.url, { name: 'rival' });
    let rival: Promise<unknown> | undefined;
    const rivalWaits: InlineView = {
      name: 'rival waits',
      async apply() {
        rival = new PostgresEventStore({ pool: direct }).append([{ stream: 's-race', expected: 1, events: [anEvent({ type: 'Won' })] }]);
        await eventually(async () =>
          expect(
            (await direct.query(`SELECT FROM pg_stat_activity WHERE application_name = 'rival' AND wait_event_type = 'Lock'`)).rows,
          ).toHaveLength(1),
        );
        proxy.cutAtCommit('request');
      },
    };
    const loser = new PostgresEventStore({ pool, inlineViews: [rivalWaits] });
    await expect(loser.append([{ stream: 's-race', expected: 1, events: [anEvent()] }])).rejects.toMatchObject({
      code: 'version_conflict',
      actual: 2,
    });
    await rival;
    expect((await store.read('s-race')).map((e) => e.type)).toEqual(['SomethingHappened', 'Won']);
    await direct.end();
  });
});

describe('an unreachable Postgres', () => {
  it('makes appends fail with store_unavailable', async () => {
    const pool = createPool('postgresql://unknown@127.0.0.1:1/nothing', { name: 'test' });
    const store = new PostgresEventStore({ pool, retryMs: 150 });
    await expect(store.append([{ stream: 's-1', expected: 0, events: [anEvent()] }])).rejects.toMatchObject({ code: 'store_unavailable' });
    await pool.end();
  });
});
