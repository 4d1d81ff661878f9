import { randomUUID } from 'node:crypto';
import { createPool, newEventId, PostgresEventStore } from '@alloy/event-store';
import type { Pool } from 'pg';
import type { Installation } from '../support/installation';
import { BareTable } from './bare-table';
import { anEvent } from './an-event';
import { median } from './quantile';
import { takeTurns } from './rounds';
import { number, type Section } from './section';

const WRITERS = 16;
const ROUNDS = 7;
const ROUND_MS = 1_500;
/** Events of a stream: about those of a release. */
const STREAM_LENGTH = 20;
const AIM = 0.7;

type Write = (stream: string, version: number) => Promise<unknown>;

/** 16 writers for a while, each in streams of its own; events per second. */
async function rate(write: Write): Promise<readonly number[]> {
  const begun = performance.now();
  let written = 0;
  const writer = async (): Promise<void> => {
    for (let stream = '', version = STREAM_LENGTH; performance.now() - begun < ROUND_MS; written++) {
      if (version === STREAM_LENGTH) [stream, version] = [`bench-${randomUUID()}`, 0];
      await write(stream, (version += 1));
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return [(written * 1_000) / (performance.now() - begun)];
}

/** Appends of one event, by the store that every service uses, against bare INSERTs of the same row. */
export async function benchAppend(installation: Installation): Promise<Section> {
  const pool: Pool = createPool(installation.addresses().databaseUrl, { name: 'bench', max: WRITERS });
  try {
    const bare = await BareTable.create(pool);
    const store = new PostgresEventStore({ pool });
    const insert: Write = (stream, version) => bare.insert(stream, version);
    const append: Write = (stream, version) => store.append([{ stream, expected: version - 1, events: [anEvent({ id: newEventId() })] }]);
    await Promise.all(Array.from({ length: WRITERS }, async (_, i) => [await insert(`warm-${i}`, 1), await append(`warm-${i}`, 1)]));
    const { floor, alloy } = await takeTurns(ROUNDS, () => rate(insert), () => rate(append));
    const share = median(alloy.map(([one], i) => one! / floor[i]![0]!));
    return {
      title: '16 writers: appends against bare INSERTs',
      text: `One event per append, ${STREAM_LENGTH} events per stream, versions checked, each hash chained to the one before, no views. The floor is one INSERT per commit of rows of the same shape, into a table with the same columns, checks and indexes, by the same number of connections. Medians of ${ROUNDS} rounds of ${ROUND_MS / 1_000} s each, in turns.`,
      head: ['', 'floor, events/s', 'Alloy, events/s', `share (aim ≥ ${AIM * 100} %)`],
      rows: [['appends', number(median(floor.flat())), number(median(alloy.flat())), `${Math.round(share * 100)} %`]],
      missed: share >= AIM ? [] : [`appends: ${Math.round(share * 100)} % of bare INSERTs`],
    };
  } finally {
    await pool.end();
  }
}
