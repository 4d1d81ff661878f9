import { randomUUID } from 'node:crypto';
import { createPool, newEventId, PostgresEventStore } from '@alloy/event-store';
import { connectNats, JetStreamStrategy, notifyCommit, type NatsConnection } from '@alloy/transport';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { Installation } from '../support/installation';
import { anEvent } from './an-event';
import { alternate } from './rounds';
import { latencies, type Section } from './section';

const ROUNDS = 7;
const PER_ROUND = 30;
const LOST_MS = 10_000;

/** One consumer that reacts to the commit notification, and one that waits for the trigger over JetStream. */
const PATHS = { notified: { durable: 'executor', early: true }, ordered: { durable: 'notifier', early: false } } as const;
type Path = keyof typeof PATHS | 'bare';

type Arrived = (path: Path, name: string) => void;
type Send = (name: string) => Promise<number>;

/**
 * Compares the time from the end of an append to the start of a handler on Nest's transport with a bare publish to a
 * bare consumer of JetStream.
 */
export async function benchTrigger(installation: Installation): Promise<Section> {
  const { databaseUrl, natsUrl } = installation.addresses();
  const connection = await connectNats({ url: natsUrl, name: 'bench' });
  const pool = createPool(databaseUrl, { name: 'bench', max: 1 });
  const store = new PostgresEventStore({ pool });
  const arrivals = new Map<string, () => void>();
  const arrived: Arrived = (path, name) => arrivals.get(`${path}/${name}`)?.();
  const strategies = Object.entries(PATHS).map(([path, options]) => {
    const strategy = new JetStreamStrategy({ connection, ...options });
    strategy.addHandler('alloy.event.>', async (trigger: { readonly stream: string }) => arrived(path as Path, trigger.stream), true);
    return strategy;
  });
  try {
    const publish = await bareStream(connection, arrived);
    for (const strategy of strategies) strategy.listen(() => undefined);
    const append: Send = async (stream) => {
      const events = await store.append([{ stream, expected: 0, events: [anEvent({ id: newEventId() })] }]);
      const committed = performance.now();
      notifyCommit(connection, events);
      return committed;
    };
    const samples = (path: Path, send: Send) => async (): Promise<readonly number[]> => {
      const delays: number[] = [];
      for (let i = 0; i < PER_ROUND; i++) delays.push(await delayOf(path, send, arrivals));
      return delays;
    };
    const [bare, notified, ordered] = [samples('bare', publish), samples('notified', append), samples('ordered', append)];
    for (const round of [bare, notified, ordered]) await round();
    const text = [
      'From the moment an append returns until a handler behind Nest’s transport begins.',
      'The floor is the time from a publish on the same JetStream until a bare consumer has the message.',
      'Planner, executor, watcher, and the relay in the planner’s process react to the writer’s commit notification, a message over core',
      'NATS. The notifier waits for the relay: a commit notification (a message like the floor’s), a statement that assigns the event its',
      'position in the total order, and then the publish, which is the floor itself. With Nest behind it, the notifier cannot reach twice',
      'the floor. Only planner, Postgres and NATS run. The bench appends one event after the other.',
    ].join(' ');
    return latencies('Commit → handler', text, {
      'commit → planner, executor or watcher': await alternate(ROUNDS, bare, notified),
      'commit → notifier, in the total order': await alternate(ROUNDS, bare, ordered),
    });
  } finally {
    await Promise.all(strategies.map((strategy) => strategy.close()));
    await connection.drain();
    await pool.end();
  }
}

/**
 * Creates a stream and a consumer like Alloy's; returns a function that publishes a message and returns the time
 * before.
 */
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

/**
 * Ms from the time that `send` returns to the arrival, which may precede that return. Rejects if the message does not
 * arrive.
 */
async function delayOf(path: Path, send: Send, arrivals: Map<string, () => void>): Promise<number> {
  const name = `bench-${randomUUID()}`;
  let lost: NodeJS.Timeout | undefined;
  const arrival = new Promise<number>((resolve, reject) => {
    arrivals.set(`${path}/${name}`, () => resolve(performance.now()));
    lost = setTimeout(() => reject(new Error(`${name} did not arrive`)), LOST_MS);
  });
  const begun = await send(name);
  const at = await arrival.finally(() => clearTimeout(lost));
  arrivals.delete(`${path}/${name}`);
  return at - begun;
}
