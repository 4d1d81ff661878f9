import type { StoredEvent } from '@alloy/contracts';
import type { Pool } from 'pg';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { eventually } from '../../../../test/support/eventually';
import { InlineConflict, type InlineView } from '../ports';
import { createPool } from '../postgres/create-pool';
import { PostgresEventStore } from '../postgres/postgres-event-store';
import { aRelay } from '../testing/a-relay';
import { anEvent } from '../testing/an-event';
import { NaiveFollower } from '../testing/naive-follower';
import { seededRandom } from '../testing/seeded-random';
import type { Relay } from './relay';
import { relayLag } from './relay-lag';

const WRITERS = 50;
/** Writers of one process: their appends share transactions. */
const TOGETHER = 5;
const STREAMS = 120;
const EVENTS = 100_000;
const MOST_PER_APPEND = 80;

const random = seededRandom(20_251_122);
let aborted = 0;
/** Simulates a busy machine and a bad network between a transaction's write and its commit. */
const stallAndAbort: InlineView = {
  name: 'stall and abort',
  async apply(client) {
    if (random() < 0.3) await client.query('SELECT pg_sleep($1)', [random() * 0.02]);
    if (random() >= 0.1) return;
    aborted += 1;
    throw new InlineConflict('stall and abort', 'aborted');
  },
};

let database: TestDatabase;
let writing: Pool;
let reading: Pool;
beforeAll(async () => {
  database = await createDatabase();
  writing = createPool(database.url, { name: 'writers', max: WRITERS });
  reading = createPool(database.url, { name: 'relay' });
});
afterAll(async () => {
  await Promise.all([writing?.end(), reading?.end()]);
  await database?.drop();
});

async function writeAll(): Promise<void> {
  let asked = 0;
  const write = async (store: PostgresEventStore): Promise<void> => {
    while (asked < EVENTS) {
      const events = Array.from({ length: 1 + Math.floor(random() * MOST_PER_APPEND) }, () => anEvent());
      const append = { stream: `s-${Math.floor(random() * STREAMS)}`, expected: 'any' as const, events };
      await store.append([append]).then(() => (asked += events.length), ignoreAbort);
    }
  };
  const processes = Array.from(
    { length: WRITERS / TOGETHER },
    () => new PostgresEventStore({ pool: writing, inlineViews: [stallAndAbort] }),
  );
  await Promise.all(Array.from({ length: WRITERS }, (_, i) => write(processes[i % processes.length]!)));
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof InlineConflict)) throw error;
}

const keys = async (sql: string): Promise<string[]> =>
  (await reading.query<{ key: string }>(`SELECT stream || '@' || version AS key FROM ${sql}`)).rows.map((row) => row.key);

it(`of ${WRITERS} stalling writers and ${EVENTS} events: relays all in order although the relay changes; a cursor by position skips some`, async () => {
  const published: string[] = [];
  const publisher = { publish: async ({ stream, version }: StoredEvent) => void published.push(`${stream}@${version}`) };
  const relayOf = (holder: string): Relay => aRelay({ pool: reading, holder, publisher, pollMs: 20 });
  const [first, second] = [relayOf('first'), relayOf('second')];
  first.start();
  await eventually(() => expect(first.leading).toBeDefined());
  second.start();

  const naive = new NaiveFollower(reading);
  let done = false;
  const following = (async () => {
    while (!done) await naive.follow();
  })();
  const handOver = eventually(() => expect(published.length).toBeGreaterThan(EVENTS / 4), { timeoutMs: 60_000 }).then(() => first.stop());
  await writeAll();
  await handOver;
  done = true;
  await following;
  await eventually(async () => expect(await relayLag(reading)).toMatchObject({ unordered: 0, unpublished: 0 }), { timeoutMs: 60_000 });
  await second.stop();
  await naive.follow();

  const stored = await keys('event');
  const ordered = await keys('event_order ORDER BY seq');
  expect(stored.length).toBeGreaterThanOrEqual(EVENTS);
  expect(aborted).toBeGreaterThan(100);
  expect(ordered.length).toBe(stored.length);
  expect(sameSet(ordered, stored)).toBe(true);
  // The first trigger of each event; after a change of the relay a trigger may be published twice.
  expect([...new Set(published)].join() === ordered.join()).toBe(true);
  expect((await reading.query(`SELECT min(seq)::integer AS first, max(seq)::integer AS last FROM event_order`)).rows).toEqual([
    { first: 1, last: stored.length },
  ]);
  expect(
    (
      await reading.query(
        `SELECT FROM (SELECT version, row_number() OVER (PARTITION BY stream ORDER BY seq) AS place FROM event_order) AS o
          WHERE version <> place`,
      )
    ).rowCount,
  ).toBe(0);
  expect(naive.seen.length).toBeLessThan(stored.length);
});

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  new Set(a).size === a.length && new Set([...a, ...b]).size === a.length;
