import type { StoredEvent } from '@alloy/contracts';
import type { Pool } from 'pg';
import { createDatabase, type TestDatabase } from '../../../../test/support/database';
import { eventually } from '../../../../test/support/eventually';
import { createPool } from '../postgres/create-pool';
import { PostgresEventStore } from '../postgres/postgres-event-store';
import { anEvent } from '../testing/an-event';
import { aRelay, orderAll } from '../testing/a-relay';
import type { BusPosition, Publisher } from './publisher';
import { relayLag } from './relay-lag';

let database: TestDatabase;
let pool: Pool;
let store: PostgresEventStore;
beforeEach(async () => {
  database = await createDatabase();
  pool = createPool(database.roleUrl('alloy_planner'), { name: 'test', max: 10 });
  store = new PostgresEventStore({ pool });
});
afterEach(async () => {
  await pool.end();
  await database.drop();
});

/** A bus whose store can be lost, reset or unreachable. */
class FakeBus implements Publisher {
  messages: string[] = [];
  store = 'first';
  down = false;

  async publish(event: StoredEvent): Promise<void> {
    if (this.down) throw new Error('no responders');
    this.messages.push(`${event.stream}@${event.version}`);
  }

  async position(): Promise<BusPosition> {
    if (this.down) throw new Error('no responders');
    return { store: this.store, last: this.messages.length };
  }
}

const append = (stream: string, count = 1) =>
  store.append([{ stream, expected: 'any', events: Array.from({ length: count }, () => anEvent()) }]);

describe('the relay with the role of the planner', () => {
  it('publishes each event once it has a seq, after polling or a trigger', async () => {
    const bus = new FakeBus();
    const relay = aRelay({ pool, publisher: bus, pollMs: 20 });
    relay.start();
    await append('s-1', 3);
    await eventually(() => expect(bus.messages).toEqual(['s-1@1', 's-1@2', 's-1@3']));
    await append('s-2');
    relay.trigger();
    await eventually(() => expect(bus.messages.at(-1)).toBe('s-2@1'));
    await eventually(async () => expect(await relayLag(pool)).toEqual({ unordered: 0, unpublished: 0, oldestMs: 0 }));
    await relay.stop();
  });

  it('does not read the events that it has just ordered, and reads those that it may have missed', async () => {
    const bus = new FakeBus();
    const relay = aRelay({ pool, publisher: bus });
    const query = jest.spyOn(pool, 'query');
    const looks = () =>
      query.mock.calls.filter(([statement]) => (statement as { readonly name?: string }).name === 'relay-next-triggers').length;
    await append('s-1');
    await orderAll(pool, relay);
    await relay.publish();
    expect(looks()).toBe(1);
    await append('s-2', 2);
    await orderAll(pool, relay);
    await relay.publish();
    expect(looks()).toBe(1);
    bus.down = true;
    await append('s-3');
    await orderAll(pool, relay);
    await expect(relay.publish()).rejects.toThrow('no responders');
    bus.down = false;
    await relay.publish();
    expect(looks()).toBe(2);
    expect(bus.messages).toEqual(['s-1@1', 's-2@1', 's-2@2', 's-3@1']);
    expect(await relayLag(pool)).toMatchObject({ unpublished: 0 });
  });

  it('publishes again after a failed publish, and continues to order meanwhile', async () => {
    const bus = new FakeBus();
    const relay = aRelay({ pool, publisher: bus });
    await append('s-1', 3);
    await orderAll(pool, relay);
    bus.down = true;
    await expect(relay.publish()).rejects.toThrow('no responders');
    expect(await store.lastSeq()).toBe(3);
    expect(await relayLag(pool)).toMatchObject({ unpublished: 3 });
    bus.down = false;
    await relay.publish();
    expect(bus.messages).toEqual(['s-1@1', 's-1@2', 's-1@3']);
    await relay.publish();
    expect(bus.messages).toHaveLength(3);
  });

  it.each([
    ['lost', (bus: FakeBus) => Object.assign(bus, { store: 'second', messages: [] })],
    ['set back', (bus: FakeBus) => Object.assign(bus, { messages: bus.messages.slice(0, 1) })],
  ])('publishes one trigger for each unfinished stream if the bus’ store was %s', async (_how, lose) => {
    const bus = new FakeBus();
    const relay = aRelay({ pool, publisher: bus, unfinished: async () => ['s-2', 's-3', 's-unknown'], refillMs: 0 });
    await append('s-1', 2);
    await append('s-2', 2);
    await append('s-3', 1);
    await orderAll(pool, relay);
    await relay.publish();
    await relay.publish();
    lose(bus);
    const left = bus.messages.length;
    await relay.publish();
    expect(bus.messages.slice(left).sort()).toEqual(['s-2@2', 's-3@1']);
    await relay.publish();
    expect(bus.messages).toHaveLength(left + 2);
  });

  it('checks for a lost store after each failed publish, not only at intervals', async () => {
    const bus = new FakeBus();
    const relay = aRelay({ pool, publisher: bus, unfinished: async () => ['s-1'], refillMs: 3_600_000 });
    await append('s-1');
    await orderAll(pool, relay);
    await relay.publish();
    await append('s-2');
    await orderAll(pool, relay);
    bus.down = true;
    await expect(relay.publish()).rejects.toThrow();
    Object.assign(bus, { down: false, store: 'second', messages: [] });
    await relay.publish();
    expect(bus.messages.sort()).toEqual(['s-1@1', 's-2@1']);
  });

  it('renews its lease in the next round if the renewal failed', async () => {
    const relay = aRelay({ pool, leaseMs: 1 });
    await relay.order();
    await append('s-1');
    jest.spyOn(pool, 'query').mockImplementationOnce(() => Promise.reject(new Error('away')));
    await relay.order();
    await eventually(() => expect(relay.leading).toBeUndefined());
    await orderAll(pool, relay);
    expect(relay.leading).toBe(1);
    expect(await store.lastSeq()).toBe(1);
  });

  it('releases its lease when it stops', async () => {
    const first = aRelay({ pool, leaseMs: 60_000 });
    const second = aRelay({ pool, leaseMs: 60_000 });
    await first.order();
    expect(first.leading).toBe(1);
    await first.stop();
    await second.order();
    expect(second.leading).toBe(2);
  });
});
