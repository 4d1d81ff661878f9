import { createPool, newEventId, PostgresEventStore, rebuildView, type AsyncView } from '@alloy/event-store';
import { aRelay } from '@alloy/event-store/testing';
import { asyncViews } from '@alloy/ledger';
import { releaseUpcasters } from '@alloy/release';
import { familyOf } from '@alloy/release';
import type { Pool } from 'pg';
import { completed, inspected, planned, promoted, promoting, requested, started } from '../../libs/ledger/src/testing/facts';
import type { Installation } from '../support/installation';
import { anEvent } from './an-event';
import { median } from './quantile';
import { alternate } from './rounds';
import { number, goalResult, type Section } from './section';

const RELEASES = 5_000;
const PER_APPEND = 50;
const ROUNDS = 3;
const BATCH = 2_000;
const GOAL = 50_000;
const HISTORY = [
  requested(),
  inspected,
  planned(1),
  started(0, 3),
  completed(0, 3),
  started(1, 5),
  completed(1, 5),
  promoting,
  started(2, 8),
  completed(2, 8),
  promoted,
];
const EVENTS = RELEASES * HISTORY.length;

/** Compares rebuilding each view with reading the same events and doing nothing with them. */
export async function benchRebuild(installation: Installation): Promise<Section> {
  const pool = createPool(installation.addresses().databaseUrl, { name: 'bench' });
  try {
    await seed(pool);
    const taken = await eachView((view) =>
      alternate(
        ROUNDS,
        () => readAll(pool),
        () => rebuild(pool, view),
      ),
    );
    const rates = taken.map(([name, { floor, alloy }]) => ({ name, floor: median(floor.flat()), alloy: median(alloy.flat()) }));
    return {
      title: 'Rebuilding a view from nothing',
      text: [
        `${number(EVENTS)} events of ${number(RELEASES)} releases, ${number(BATCH)} per transaction, folded into a table with the same`,
        'indexes as the live one. Alloy reads the next batch while it folds the current one. The floor reads the same rows in the same',
        `batches and does nothing with them. Medians of ${ROUNDS} rounds; floor and Alloy alternate.`,
      ].join(' '),
      head: ['', 'floor, events/s', `Alloy, events/s (goal ≥ ${number(GOAL)})`],
      rows: rates.map(({ name, floor, alloy }) => [name, number(floor), number(alloy)]),
      figures: rates.map(({ name, alloy }) => ({
        name: `rebuild of the view ${name}`,
        value: `${number(alloy)} events/s`,
        goal: `≥ ${number(GOAL)} events/s`,
        result: goalResult(alloy >= GOAL),
      })),
    };
  } finally {
    await pool.end();
  }
}

async function eachView<T>(measure: (view: AsyncView) => Promise<T>): Promise<Array<readonly [string, T]>> {
  const taken: Array<readonly [string, T]> = [];
  for (const view of asyncViews) taken.push([view.name, await measure(view)]);
  return taken;
}

async function seed(pool: Pool): Promise<void> {
  const store = new PostgresEventStore({ pool });
  const history = () => HISTORY.map(({ type, data }) => anEvent({ id: newEventId(), type, family: familyOf[type], data }));
  for (let i = 0; i < RELEASES; i += PER_APPEND) {
    await store.append(Array.from({ length: PER_APPEND }, (_, k) => ({ stream: `release-BENCH${i + k}`, expected: 0, events: history() })));
  }
  const relay = aRelay({ pool, leaseMs: 300_000, batch: 5_000 });
  while ((await store.lastSeq()) < EVENTS) await relay.order();
  await pool.query('ANALYZE event, event_order');
  await pool.query('INSERT INTO projection_cursor (name, generation) SELECT unnest($1::text[]), 1 ON CONFLICT DO NOTHING', [
    asyncViews.map(({ name }) => name),
  ]);
}

async function readAll(pool: Pool): Promise<readonly number[]> {
  const begun = performance.now();
  for (let after = '0'; ;) {
    const { rows } = await pool.query<{ seq: string }>(
      'SELECT o.seq, e.* FROM event_order o JOIN event e USING (stream, version) WHERE o.seq > $1 ORDER BY o.seq LIMIT $2',
      [after, BATCH],
    );
    const last = rows.at(-1);
    if (!last) return [perSecond(performance.now() - begun)];
    after = last.seq;
  }
}

/**
 * Measures only the folding: the live views are not up to date, so the rebuilt view is neither compared nor swapped.
 */
async function rebuild(pool: Pool, view: AsyncView): Promise<readonly number[]> {
  const begun = performance.now();
  let folded = begun;
  await rebuildView({
    pool,
    view,
    upcasters: releaseUpcasters,
    swap: false,
    batch: BATCH,
    patienceMs: 0,
    onProgress: async () => void (folded = performance.now()),
  });
  return [perSecond(folded - begun)];
}

const perSecond = (ms: number): number => (EVENTS * 1_000) / ms;
