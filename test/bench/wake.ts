import { randomUUID } from 'node:crypto';
import { createPool, newEventId, PostgresEventStore } from '@alloy/event-store';
import { connectNats, JetStreamStrategy, notifyCommit as poke, type NatsConnection } from '@alloy/transport';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { Installation } from '../support/installation';
import { anEvent } from './an-event';
import { takeTurns } from './rounds';
import { latencies, type Section } from './section';

const ROUNDS = 7;
const PER_ROUND = 30;
const LOST_MS = 10_000;

/** Of those who are called at the poke, and of those who wait for JetStream. */
const WAYS = { poked: { durable: 'executor', early: true }, ordered: { durable: 'notifier', early: false } } as const;
type Way = keyof typeof WAYS | 'bare';

type Arrived = (way: Way, name: string) => void;
type Send = (name: string) => Promise<number>;

/** From the end of the append to the begin of a handler on Nest's transport, against one bare publish and a bare consumer of JetStream. */
export async function benchWake(installation: Installation): Promise<Section> {
  const { databaseUrl, natsUrl } = installation.addresses();
  const connection = await connectNats({ url: natsUrl, name: 'bench' });
  const pool = createPool(databaseUrl, { name: 'bench', max: 1 });
  const store = new PostgresEventStore({ pool });
  const arrivals = new Map<string, () => void>();
  const arrived: Arrived = (way, name) => arrivals.get(`${way}/${name}`)?.();
  const strategies = Object.entries(WAYS).map(([way, options]) => {
    const strategy = new JetStreamStrategy({ connection, ...options });
    strategy.addHandler('alloy.event.>', async (wake: { readonly stream: string }) => arrived(way as Way, wake.stream), true);
    return strategy;
  });
  try {
    const publish = await bareStream(connection, arrived);
    for (const strategy of strategies) strategy.listen(() => undefined);
    const append: Send = async (stream) => {
      const events = await store.append([{ stream, expected: 0, events: [anEvent({ id: newEventId() })] }]);
      const committed = performance.now();
      poke(connection, events);
      return committed;
    };
    const samples = (way: Way, send: Send) => async (): Promise<readonly number[]> => {
      const taken: number[] = [];
      for (let i = 0; i < PER_ROUND; i++) taken.push(await delayOf(way, send, arrivals));
      return taken;
    };
    const [bare, poked, ordered] = [samples('bare', publish), samples('poked', append), samples('ordered', append)];
    for (const round of [bare, poked, ordered]) await round();
    const text =
      'From the moment an append has returned until a handler behind Nest’s transport begins. The floor is from a publish on the same JetStream until a bare consumer has the message. Planner, executor and watcher are called at the writer’s poke, which is core NATS; so is the relay, in the planner’s process. The notifier waits for the relay: a poke, which is a message like the floor’s, a statement that gives the event its place in the total order, and then the publish, which is the floor; with Nest behind it twice the floor is out of reach there. Only planner, Postgres and NATS run; one event after the other.';
    return latencies('Commit → handler', text, {
      'commit → planner, executor, watcher': await takeTurns(ROUNDS, bare, poked),
      'commit → notifier, in the order': await takeTurns(ROUNDS, bare, ordered),
    });
  } finally {
    await Promise.all(strategies.map((strategy) => strategy.close()));
    await connection.drain();
    await pool.end();
  }
}

/** Makes a stream and a consumer of the same kind as Alloy's; gives what publishes and tells when. */
async function bareStream(connection: NatsConnection, arrived: Arrived): Promise<Send> {
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'BENCH', subjects: ['bench.>'] });
  await manager.consumers.add('BENCH', { durable_name: 'bench', ack_policy: AckPolicy.Explicit });
  const consumer = await jetstream(connection).consumers.get('BENCH', 'bench');
  await consumer.consume({
    callback: (message) => {
      arrived('bare', message.subject.split('.').at(-1)!);
      message.ack();
    },
  });
  return async (name) => {
    const begun = performance.now();
    await jetstream(connection).publish(`bench.${name}`, '{}');
    return begun;
  };
}

/** Ms from what `send` gives to the arrival, which may come before it gives it. Rejects if nothing comes. */
async function delayOf(way: Way, send: Send, arrivals: Map<string, () => void>): Promise<number> {
  const name = `bench-${randomUUID()}`;
  let lost: NodeJS.Timeout | undefined;
  const arrival = new Promise<number>((resolve, reject) => {
    arrivals.set(`${way}/${name}`, () => resolve(performance.now()));
    lost = setTimeout(() => reject(new Error(`${name} did not arrive`)), LOST_MS);
  });
  const begun = await send(name);
  const at = await arrival.finally(() => clearTimeout(lost));
  arrivals.delete(`${way}/${name}`);
  return at - begun;
}
