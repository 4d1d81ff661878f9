import { randomUUID } from 'node:crypto';
import { createPool, newEventId, PostgresEventStore } from '@alloy/event-store';
import { createLedger } from '@alloy/ledger';
import type { ReleaseEvent } from '@alloy/release';
import type { Installation } from '../support/installation';
import { anEvent } from './an-event';
import { BareTable } from './bare-table';
import { median } from './quantile';
import { alternate, type Rounds } from './rounds';
import { number, goalResult, type Section } from './section';

const WRITERS = 16;
const ROUNDS = 5;
const ROUND_MS = 1_000;
/** Events per stream: about as many as a release has. */
const STREAM_LENGTH = 20;
/** Events per append: a plan, its first step, and one more. */
const EVENTS_PER_APPEND = 3;
const GOAL = 0.7;

/** Appends events to the stream after `version`; returns their number. */
type Write = (stream: string, version: number) => Promise<number>;

/** Runs 16 writers for one round, each with its own streams; returns events per second. */
async function rate(write: Write): Promise<readonly number[]> {
  const begun = performance.now();
  let written = 0;
  const writer = async (): Promise<void> => {
    for (let stream = '', version = STREAM_LENGTH; performance.now() - begun < ROUND_MS;) {
      if (version >= STREAM_LENGTH) [stream, version] = [`bench-${randomUUID()}`, 0];
      const count = await write(stream, version);
      [version, written] = [version + count, written + count];
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
  return [(written * 1_000) / (performance.now() - begun)];
}

/** Compares appends by the event store of the services with bare INSERTs of the same row. */
export async function benchAppend(installation: Installation): Promise<Section> {
  const { databaseUrl } = installation.addresses();
  const pool = createPool(databaseUrl, { name: 'bench', max: WRITERS });
  const ledger = createLedger({ databaseUrl, poolSize: WRITERS });
  const store = new PostgresEventStore({ pool });
  try {
    const bare = await BareTable.create(pool);
    const insert: Write = async (stream, version) => {
      await bare.insert(stream, version + 1);
      return 1;
    };
    const append =
      (count: number): Write =>
      async (stream, version) =>
        (await store.append([{ stream, expected: version, events: Array.from({ length: count }, () => anEvent({ id: newEventId() })) }]))
          .length;
    const request: Write = async () => {
      await ledger.log.append({ releaseId: randomUUID(), project: 'bench', environment: 'production' }, [requested], {
        expected: 0,
        actor: { kind: 'ci', id: 'bench' },
        causationId: null,
      });
      return 1;
    };
    const variants = {
      'one event at a time': append(1),
      [`${EVENTS_PER_APPEND} events at a time`]: append(EVENTS_PER_APPEND),
      'one event and the views of a release': request,
    };
    const rounds: Record<string, Rounds> = {};
    for (const [what, write] of Object.entries(variants)) {
      for (const each of [insert, write]) await rate(each);
      rounds[what] = await alternate(
        ROUNDS,
        () => rate(insert),
        () => rate(write),
      );
    }
    return section(rounds);
  } finally {
    await Promise.all([pool.end(), ledger.close()]);
  }
}

const requested: ReleaseEvent = {
  type: 'ReleaseRequested',
  data: {
    strategy: 'auto',
    image: 'registry.example.com/shop/web',
    imageTag: 'v1',
    commitSha: 'abc123def',
    artifact: 'a'.repeat(64),
    workload: 'web',
    replicas: 2,
    retryOf: null,
    rollbackOf: null,
  },
};

function section(rounds: Readonly<Record<string, Rounds>>): Section {
  const shares = Object.entries(rounds).map(([what, { floor, alloy }]) => ({
    what,
    floor: median(floor.flat()),
    alloy: median(alloy.flat()),
    share: median(alloy.map(([one], i) => one! / floor[i]![0]!)),
  }));
  return {
    title: `${WRITERS} writers: appends against bare INSERTs`,
    text: [
      'Alloy checks the version of each stream and chains the hash of each event to the previous one.',
      'An append calls one function in Postgres. While two transactions are in progress, further appends are collected',
      'and committed together in the next one; appends that arrive at the same moment are divided between two transactions.',
      'An append that also updates the views of a release needs a second INSERT, into a table with seven indexes, and one more round trip.',
      'The floor is one INSERT that commits by itself: a row of the same shape into a table with the same columns, checks and indexes,',
      `over the same number of connections of the same process. Medians of ${ROUNDS} rounds of ${ROUND_MS / 1_000} s each;`,
      'floor and Alloy alternate.',
    ].join(' '),
    head: ['', 'floor, events/s', 'Alloy, events/s', `share (goal ≥ ${GOAL * 100} %)`],
    rows: shares.map(({ what, floor, alloy, share }) => [what, number(floor), number(alloy), `${Math.round(share * 100)} %`]),
    figures: shares.map(({ what, alloy, share }) => ({
      name: `appends, ${what}`,
      value: `${number(alloy)} events/s, ${Math.round(share * 100)} % of the floor`,
      goal: `≥ ${GOAL * 100} % of the floor`,
      result: goalResult(share >= GOAL),
    })),
  };
}
