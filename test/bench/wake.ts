import { randomUUID } from 'node:crypto';
import { createPool, newEventId, PostgresEventStore } from '@alloy/event-store';
import { connectNats, JetStreamStrategy, poke, type NatsConnection } from '@alloy/transport';
import { AckPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { Installation } from '../support/installation';
import { anEvent } from './an-event';
import { takeTurns } from './rounds';
import { latencies, type Section } from './section';

const ROUNDS = 7;
const PER_ROUND = 30;
const LOST_MS = 10_000;

type Arrival = (subject: string) => void;

/** From the end of the append to the begin of a handler on Nest's transport, against one bare publish and a bare consumer of JetStream. */
export async function benchWake(installation: Installation): Promise<Section> {
  const { databaseUrl, natsUrl } = installation.addresses();
  const connection = await connectNats({ url: natsUrl, name: 'bench' });
  const pool = createPool(databaseUrl, { name: 'bench', max: 1 });
  const store = new PostgresEventStore({ pool });
  const arrivals = new Map<string, () => void>();
  const arrived: Arrival = (subject) => arrivals.get(subject.split('.').at(-1)!)?.();
  const strategy = new JetStreamStrategy({ connection, durable: 'notifier' });
  strategy.addHandler('alloy.event.>', async (wake: { readonly stream: string }) => arrived(wake.stream), true);
  try {
    const publish = await bareStream(connection, arrived);
    strategy.listen(() => undefined);
    const append = async (stream: string): Promise<number> => {
      const events = await store.append([{ stream, expected: 0, events: [anEvent({ id: newEventId() })] }]);
      const committed = performance.now();
      poke(connection, events);
      return committed;
    };
    const samples = async (send: (name: string) => Promise<number>): Promise<readonly number[]> => {
      const taken: number[] = [];
      for (let i = 0; i < PER_ROUND; i++) taken.push(await delayOf(send, arrivals));
      return taken;
    };
    for (const send of [publish, append]) await samples(send);
    const rounds = await takeTurns(ROUNDS, () => samples(publish), () => samples(append));
    const text =
      'From the moment an append has returned until a handler begins. The floor is from a publish on the same JetStream until a bare consumer has the message. Alloy’s writer pokes the relay, which is in the planner’s process; it gives the event its place in the total order, which is one more commit, reads it, and publishes; the handler is behind Nest’s transport. Only planner, Postgres and NATS run; one event after the other.';
    return latencies('Commit → handler', text, { 'commit → handler begins': rounds });
  } finally {
    await strategy.close();
    await connection.drain();
    await pool.end();
  }
}

/** Makes a stream and a consumer of the same kind as Alloy's; gives what publishes and tells when. */
async function bareStream(connection: NatsConnection, arrived: Arrival): Promise<(name: string) => Promise<number>> {
  const manager = await jetstreamManager(connection);
  await manager.streams.add({ name: 'BENCH', subjects: ['bench.>'] });
  await manager.consumers.add('BENCH', { durable_name: 'bench', ack_policy: AckPolicy.Explicit });
  const consumer = await jetstream(connection).consumers.get('BENCH', 'bench');
  await consumer.consume({
    callback: (message) => {
      arrived(message.subject);
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
async function delayOf(send: (name: string) => Promise<number>, arrivals: Map<string, () => void>): Promise<number> {
  const name = `bench-${randomUUID()}`;
  let lost: NodeJS.Timeout | undefined;
  const arrival = new Promise<number>((resolve, reject) => {
    arrivals.set(name, () => resolve(performance.now()));
    lost = setTimeout(() => reject(new Error(`${name} did not arrive`)), LOST_MS);
  });
  const begun = await send(name);
  const at = await arrival.finally(() => clearTimeout(lost));
  arrivals.delete(name);
  return at - begun;
}
