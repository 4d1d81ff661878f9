import { randomUUID } from 'node:crypto';
import { createPool, newEventId, PostgresEventStore } from '@alloy/event-store';
import { createLedger } from '@alloy/ledger';
import type { ReleaseEvent } from '@alloy/release';
import type { Installation } from '../support/installation';
import { anEvent } from './an-event';
import { BareTable } from './bare-table';
import { median } from './quantile';
import { takeTurns, type Rounds } from './rounds';
import { number, type Section } from './section';

const WRITERS = 16;
const ROUNDS = 5;
const ROUND_MS = 1_000;
/** Events of a stream: about those of a release. */
const STREAM_LENGTH = 20;
/** As many as a plan and its first step, and one more. */
const TOGETHER = 3;
const AIM = 0.7;

/** Appends the events of the stream above `version`, and gives how many. */
type Write = (stream: string, version: number) => Promise<number>;

/** 16 writers for a while, each in streams of its own; events per second. */
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

/** Appends by the store that every service uses against bare INSERTs of the same row. */
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
      [`${TOGETHER} events at a time`]: append(TOGETHER),
      'one event, and the views of a release': request,
    };
    const taken: Record<string, Rounds> = {};
    for (const [what, write] of Object.entries(variants)) {
      for (const each of [insert, write]) await rate(each);
      taken[what] = await takeTurns(
        ROUNDS,
        () => rate(insert),
        () => rate(write),
      );
    }
    return section(taken);
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

function section(taken: Readonly<Record<string, Rounds>>): Section {
  const shares = Object.entries(taken).map(([what, { floor, alloy }]) => ({
    what,
    floor: median(floor.flat()),
    alloy: median(alloy.flat()),
    share: median(alloy.map(([one], i) => one! / floor[i]![0]!)),
  }));
  return {
    title: `${WRITERS} writers: appends against bare INSERTs`,
    text: `Versions are checked, and each event’s hash is chained to the one before. An append is one call of a function in Postgres; what comes while two transactions are under way goes in the next one, together, and what comes at once is shared out between the two. With the views of a release it is a second INSERT, into a table with seven indexes, and a second round trip between the two. The floor is one INSERT that commits by itself, of a row of the same shape, into a table with the same columns, checks and indexes, by as many connections of the same process. Medians of ${ROUNDS} rounds of ${ROUND_MS / 1_000} s each, in turns.`,
    head: ['', 'floor, events/s', 'Alloy, events/s', `share (aim ≥ ${AIM * 100} %)`],
    rows: shares.map(({ what, floor, alloy, share }) => [what, number(floor), number(alloy), `${Math.round(share * 100)} %`]),
    missed: shares
      .filter(({ share }) => share < AIM)
      .map(({ what, share }) => `appends, ${what}: ${Math.round(share * 100)} % of bare INSERTs`),
  };
}
