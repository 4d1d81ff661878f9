import { randomUUID } from 'node:crypto';
import { createPool, newEventId, PostgresEventStore } from '@alloy/event-store';
import { aRelay } from '@alloy/event-store/testing';
import { connectNats, JetStreamPublisher, type NatsConnection } from '@alloy/transport';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { eventually } from '../support/eventually';
import type { Installation } from '../support/installation';
import { anEvent } from './an-event';
import { median } from './quantile';
import { alternate } from './rounds';
import { number, goalResult, type Section } from './section';

const STREAMS = 10_000;
const PER_APPEND = 500;
const ROUNDS = 3;
const GOAL = 10_000;

/**
 * Compares the triggers that the relay publishes for all unfinished streams, after JetStream's store was deleted, with
 * the same number of bare publishes.
 */
export async function benchRefill(installation: Installation): Promise<Section> {
  const { databaseUrl, natsUrl } = installation.addresses();
  const connection = await connectNats({ url: natsUrl, name: 'bench' });
  const pool = createPool(databaseUrl, { name: 'bench' });
  const streams = Array.from({ length: STREAMS }, () => `bench-${randomUUID()}`);
  const relay = aRelay({
    pool,
    publisher: new JetStreamPublisher(connection),
    unfinished: async () => streams,
    leaseMs: 300_000,
    refillMs: 0,
  });
  try {
    await seed(new PostgresEventStore({ pool }), streams);
    while (await relay.order()) continue;
    while (await relay.publish()) continue;
    const refill = async (): Promise<readonly number[]> => {
      await installation.wipeNats();
      await eventually(() => connection.rtt());
      const rate = await perSecond(() => relay.publish());
      const triggers = await messagesIn(connection, 'ALLOY_EVENTS');
      if (triggers !== STREAMS) throw new Error(`the relay published ${triggers} triggers for ${STREAMS} streams`);
      return [rate];
    };
    const { floor, alloy } = await alternate(ROUNDS, () => publishBare(connection), refill);
    const rate = median(alloy.flat());
    return {
      title: 'Refill after JetStream’s store was deleted',
      text: [
        'The bench kills nats-server, deletes its store and starts the server again. The relay detects this, creates the stream again,',
        `reads the last event of each of ${number(STREAMS)} unfinished streams and publishes a trigger for it; JetStream confirms each.`,
        `The floor is the same number of confirmed publishes to a bare stream, all at once. Medians of ${ROUNDS} rounds.`,
      ].join(' '),
      head: ['', 'floor, events/s', `Alloy, events/s (goal ≥ ${number(GOAL)})`, 'share'],
      rows: [
        [
          'refill',
          number(median(floor.flat())),
          number(rate),
          `${Math.round(100 * median(alloy.map(([one], i) => one! / floor[i]![0]!)))} %`,
        ],
      ],
      figures: [
        {
          name: 'refill of JetStream',
          value: `${number(rate)} events/s`,
          goal: `≥ ${number(GOAL)} events/s`,
          result: goalResult(rate >= GOAL),
        },
      ],
    };
  } finally {
    await connection.drain();
    await pool.end();
  }
}

async function seed(store: PostgresEventStore, streams: readonly string[]): Promise<void> {
  for (let i = 0; i < streams.length; i += PER_APPEND) {
    await store.append(
      streams.slice(i, i + PER_APPEND).map((stream) => ({ stream, expected: 0, events: [anEvent({ id: newEventId() })] })),
    );
  }
}

async function publishBare(connection: NatsConnection): Promise<readonly number[]> {
  const name = `BENCH-${randomUUID()}`;
  await (await jetstreamManager(connection)).streams.add({ name, subjects: [`${name}.>`] });
  const client = jetstream(connection, { timeout: 30_000 });
  const publishes = (): Promise<unknown> =>
    Promise.all(Array.from({ length: STREAMS }, (_, i) => client.publish(`${name}.${i}`, '{}', { msgID: `${name}-${i}` })));
  return [await perSecond(publishes)];
}

async function perSecond(all: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await all();
  return (STREAMS * 1_000) / (performance.now() - begun);
}

async function messagesIn(connection: NatsConnection, stream: string): Promise<number> {
  return (await (await jetstreamManager(connection)).streams.info(stream)).state.messages;
}
