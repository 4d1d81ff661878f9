import { randomUUID } from 'node:crypto';
import { verifyChain } from '@alloy/audit';
import type { Pool } from 'pg';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { eventually } from '../../../../test/support/eventually';
import { InlineConflict, type InlineView } from '../ports';
import { createPool } from '../postgres/create-pool';
import { PostgresEventStore } from '../postgres/postgres-event-store';
import { startEpoch } from '../migrations/start-epoch';
import { anEvent } from '../testing/an-event';
import { aRelay, orderAll } from '../testing/a-relay';
import { NaiveFollower } from '../testing/naive-follower';
import { seededRandom } from '../testing/seeded-random';

let database: TestDatabase;
let pool: Pool;
beforeEach(async () => {
  database = await createDatabase();
  pool = createPool(database.url, { name: 'test', max: 30 });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

const one = (stream: string) => [{ stream, expected: 'any' as const, events: [anEvent()] }];

describe('the order', () => {
  it('waits for a transaction that wrote first and commits last; a cursor by position skips it', async () => {
    const naive = new NaiveFollower(pool);
    const relay = aRelay({ pool });
    const store = new PostgresEventStore({ pool });
    let release = (): void => {};
    const isOpen = new Promise<void>((opened) => {
      const hold: InlineView = {
        name: 'hold',
        apply: () => {
          opened();
          return new Promise((resolve) => (release = resolve));
        },
      };
      void new PostgresEventStore({ pool, inlineViews: [hold] }).append(one('early'));
    });
    await isOpen;
    await store.append(one('late'));
    await relay.order();
    await naive.follow();
    expect(await store.readOrdered()).toEqual([]);
    release();
    await orderAll(pool, relay);
    await naive.follow();
    expect((await store.readOrdered()).map((e) => e.stream)).toEqual(['early', 'late']);
    expect(naive.seen).toEqual(['late@1']);
  });

  it('has all stored events of 20 writers that stall and abort at random, without gaps; a cursor by position skips events', async () => {
    const random = seededRandom(20_251_121);
    const stallAndAbort: InlineView = {
      name: 'stall and abort',
      async apply(client) {
        if (random() < 0.3) await client.query('SELECT pg_sleep($1)', [random() * 0.02]);
        if (random() < 0.1) throw new InlineConflict('stall and abort', 'aborted');
      },
    };
    const store = new PostgresEventStore({ pool, inlineViews: [stallAndAbort] });
    const naive = new NaiveFollower(pool);
    const relay = aRelay({ pool, batch: 37 });
    let writing = true;
    const following = (async () => {
      while (writing) await Promise.all([relay.order(), naive.follow()]);
    })();
    const write = async (writer: number): Promise<void> => {
      for (let i = 0; i < 50; i += 1) {
        const events = Array.from({ length: 1 + Math.floor(random() * 3) }, () => anEvent({ data: { writer, i } }));
        await store.append([{ stream: `s-${(writer * 7 + i) % 15}`, expected: 'any', events }]).catch((error: unknown) => {
          if (!(error instanceof InlineConflict)) throw error;
        });
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, writer) => write(writer)));
    writing = false;
    await following;
    await orderAll(pool, relay);
    await naive.follow();

    const stored = (await pool.query<{ key: string }>(`SELECT stream || '@' || version AS key FROM event`)).rows.map((row) => row.key);
    const ordered = await store.readOrdered({ limit: 10_000 });
    expect(stored.length).toBeGreaterThan(1_000);
    expect(ordered.map((e) => `${e.stream}@${e.version}`).sort()).toEqual(stored.sort());
    expect(ordered.map((e) => e.seq)).toEqual(stored.map((_, i) => i + 1));
    for (const stream of new Set(ordered.map((e) => e.stream))) {
      const events = ordered.filter((e) => e.stream === stream);
      expect(events.map((e) => e.version)).toEqual(events.map((_, i) => i + 1));
      expect(verifyChain(events)).toEqual([]);
    }
    expect(naive.seen.length).toBeLessThan(stored.length);
  });

  it('is assigned by one relay at a time: a relay that was suspended for longer than its lease assigns nothing', async () => {
    const store = new PostgresEventStore({ pool });
    const stopped = aRelay({ pool, holder: 'stopped', leaseMs: 60_000 });
    await store.append(one('s-1'));
    await orderAll(pool, stopped);
    const successor = aRelay({ pool, holder: 'successor' });
    await successor.order();
    expect(successor.leading).toBeUndefined();

    await pool.query(`UPDATE relay_lease SET expires_at = '-infinity'`);
    await eventually(async () => {
      await successor.order();
      expect(successor.leading).toBe(2);
    });
    await store.append(one('s-1'));
    // The resumed relay still believes in its lease; only the update of the cursor detects that it is lost.
    await eventually(async () => {
      await stopped.order();
      expect(stopped.leading).toBeUndefined();
    });
    expect(await store.lastSeq()).toBe(1);
    await orderAll(pool, successor);
    expect(await store.lastSeq()).toBe(2);
  });

  it('is assigned by a standby while no other relay leads: 5 s after the lease expired, at once if it was released', async () => {
    const store = new PostgresEventStore({ pool });
    const relay = aRelay({ pool, holder: 'planner-1', leaseMs: 1 });
    const [standby, leader] = [
      aRelay({ pool, holder: 'watcher-1', standby: true, leaseMs: 1 }),
      aRelay({ pool, holder: 'watcher-2', standby: true, leaseMs: 60_000 }),
    ];
    await relay.order();
    await pool.query(`UPDATE relay_lease SET expires_at = clock_timestamp() - interval '4 s'`);
    await standby.order();
    expect(standby.leading).toBeUndefined();
    await pool.query(`UPDATE relay_lease SET expires_at = clock_timestamp() - interval '6 s'`);
    await leader.order();
    expect(leader.leading).toBe(2);
    await store.append(one('s-1'));
    await orderAll(pool, leader);

    // The lease of the standby lasts a minute, which must not matter.
    await relay.order();
    expect(relay.leading).toBe(3);
    await store.append(one('s-1'));
    await eventually(async () => {
      await leader.order();
      expect(leader.leading).toBeUndefined();
    });
    expect(await store.lastSeq()).toBe(1);
    await orderAll(pool, relay);
    await relay.stop();
    await standby.order();
    expect(standby.leading).toBe(4);
  });

  it('does not wait for the renewal of the lease', async () => {
    const store = new PostgresEventStore({ pool });
    const relay = aRelay({ pool, leaseMs: 1 });
    await relay.order();
    await store.append(one('s-1'));
    const other = await pool.connect();
    await other.query('BEGIN');
    await other.query('SELECT FROM relay_lease FOR UPDATE');
    await orderAll(pool, relay);
    expect(await store.lastSeq()).toBe(1);
    await other.query('ROLLBACK');
    other.release();
    await relay.stop();
  });

  it('is the same for two relays that both believe they lead', async () => {
    const store = new PostgresEventStore({ pool });
    const relays = [aRelay({ pool, holder: 'same', batch: 3 }), aRelay({ pool, holder: 'same', batch: 3 })];
    for (let i = 0; i < 30; i += 1) await store.append(one(`s-${i % 4}`));
    await eventually(async () => {
      await Promise.all(relays.map((relay) => relay.order()));
      expect(await store.lastSeq()).toBe(30);
    });
    expect((await store.readOrdered()).map((e) => e.seq)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  });

  it('continues in a restored dump, whose transaction ids are ahead of the new server', async () => {
    const store = new PostgresEventStore({ pool });
    await store.append(one('s-1'));
    await orderAll(pool, aRelay({ pool, holder: randomUUID(), leaseMs: 1 }));
    // Simulates two events of another server: one with a seq, one without, and the epoch in which they were written.
    await pool.query(`UPDATE relay_cursor SET transaction_id = '900000000000'`);
    await pool.query(`
      INSERT INTO event (stream, version, transaction_id, id, type, schema, family, project, environment, actor_kind, actor_id,
        correlation_id, occurred_at, data, hash)
      SELECT 's-2', 1, '900000000001', gen_random_uuid(), type, schema, family, project, environment, actor_kind, actor_id,
        correlation_id, occurred_at, data, hash FROM event`);
    await pool.query('UPDATE store_epoch SET system_identifier = 1');
    await startEpoch(pool);
    await startEpoch(pool);
    await store.append(one('s-3'));
    await orderAll(pool, aRelay({ pool, holder: randomUUID() }));
    expect((await store.readOrdered()).map((e) => [e.seq, e.stream])).toEqual([[1, 's-1'], [2, 's-2'], [3, 's-3']]);
    expect((await pool.query('SELECT epoch FROM store_epoch ORDER BY epoch')).rows).toEqual([{ epoch: 1 }, { epoch: 2 }]);
  });
});
