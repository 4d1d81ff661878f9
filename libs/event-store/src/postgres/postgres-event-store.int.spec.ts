import { verifyChain } from '@alloy/audit';
import { createDatabase } from '../../../../test/support/database';
import { contractUpcasters, eventStoreContract } from '../contract';
import { InlineConflict, type InlineView } from '../ports';
import { aRelay, orderAll } from '../testing/a-relay';
import { anEvent } from '../testing/an-event';
import { createPool } from './create-pool';
import { PostgresEventStore } from './postgres-event-store';
import { FOLLOWING } from './read-events';

const claims: InlineView = {
  name: 'claims',
  async apply(client, events) {
    for (const { project } of events.filter((e) => e.type === 'Claimed')) {
      const { rowCount } = await client.query('INSERT INTO claim VALUES ($1) ON CONFLICT DO NOTHING', [project]);
      if (rowCount === 0) throw new InlineConflict('claims', 'taken');
    }
  },
};

eventStoreContract('Postgres', async () => {
  const database = await createDatabase();
  const pool = createPool(database.url, { name: 'test', max: 10 });
  await pool.query('CREATE TABLE claim (project text PRIMARY KEY)');
  const relay = aRelay({ pool });
  return {
    store: new PostgresEventStore({ pool, inlineViews: [claims], upcasters: contractUpcasters }),
    settle: () => orderAll(pool, relay),
    dispose: async () => {
      await pool.end();
      await database.drop();
    },
  };
});

it('finds the events that follow a position by their order, without a scan of the log, while its statistics are outdated', async () => {
  const database = await createDatabase();
  const pool = createPool(database.url, { name: 'test', max: 4 });
  try {
    const store = new PostgresEventStore({ pool });
    const streams = Array.from({ length: 100 }, (_, i) => `s-${i}`);
    const events = () => Array.from({ length: 20 }, () => anEvent());
    await Promise.all(streams.map((stream) => store.append([{ stream, expected: 'any', events: events() }])));
    await orderAll(pool, aRelay({ pool }));
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${FOLLOWING.text}`, [1_993, 500, null]);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toMatch(/Index Scan using event_version on event/);
    expect(plan).not.toMatch(/Seq Scan/);
    expect((await store.readOrdered({ after: 1_993 })).map(({ seq }) => seq)).toEqual([1_994, 1_995, 1_996, 1_997, 1_998, 1_999, 2_000]);
  } finally {
    await pool.end();
    await database.drop();
  }
});

it('lets one of several processes write each version; the others get a conflict, and other streams are unaffected', async () => {
  const database = await createDatabase();
  const pool = createPool(database.url, { name: 'test', max: 12 });
  const processes = Array.from(
    { length: 4 },
    () =>
      new PostgresEventStore({
        pool,
        inlineViews: [{ name: 'slow', apply: async (client) => void (await client.query('SELECT pg_sleep(0.002)')) }],
      }),
  );
  const streams = Array.from({ length: 30 }, (_, i) => `s-${String(i).padStart(2, '0')}`);
  for (const version of [0, 1]) {
    const outcomes = await Promise.allSettled(
      streams.flatMap((stream, i) => [
        ...processes.map((store) => store.append([{ stream, expected: version, events: [anEvent()] }])),
        processes[i % 4]!.append([{ stream: `own-${stream}`, expected: version, events: [anEvent()] }]),
      ]),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(60);
    const refusals = outcomes
      .filter((outcome) => outcome.status === 'rejected')
      .map(({ reason }) => reason as { code: string; expected: number });
    expect(new Set(refusals.map(({ code, expected }) => `${code} ${expected}`))).toEqual(new Set([`version_conflict ${version}`]));
  }
  for (const stream of streams.flatMap((one) => [one, `own-${one}`])) {
    const events = await processes[0]!.read(stream);
    expect(events.map((event) => event.version)).toEqual([1, 2]);
    expect(verifyChain(events)).toEqual([]);
  }
  await pool.end();
  await database.drop();
});
