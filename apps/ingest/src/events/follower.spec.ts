import { PassThrough } from 'node:stream';
import type { EventStore } from '@alloy/event-store';
import { eventually } from '../../../../test/support/eventually';
import { emptyLog, readFrames, appendReasons } from '../testing/some-events';
import type { EventFilter } from './event-filter';
import { cursorOf } from './event-cursor';
import { EventTail } from './event-tail';
import { Follower, type FollowerOptions } from './follower';
import { HEARTBEAT } from './frame';
import { readEventsPage } from './read-events-page';

/** A log, one tail, and its followers. */
class World {
  readonly store: EventStore = emptyLog();
  reads = 0;
  private readonly sinks: PassThrough[] = [];
  readonly tail = new EventTail({
    store: this.counted(),
    onError: (error) => {
      throw error;
    },
    pollMs: 1,
  });

  /** `got()` returns the events that this follower has received. */
  async follow(
    options: Partial<FollowerOptions> & { readonly filter?: EventFilter } = {},
  ): Promise<{ readonly sink: PassThrough; readonly follower: Follower; got(): readonly string[]; text(): string }> {
    const sink = new PassThrough({ highWaterMark: 1_024 });
    const filter = options.filter ?? {};
    const follower = new Follower({
      sink, tail: this.tail, filter, after: undefined,
      stillAllowed: async () => true,
      page: (after) => readEventsPage(this.store, { filter, after, limit: 3 }),
      ...options,
    });
    this.sinks.push(options.sink instanceof PassThrough ? options.sink : sink);
    let text = '';
    if (!options.sink) sink.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    await follower.attach();
    void follower.run();
    return { sink, follower, got: () => readFrames(text).map(({ reason }) => reason), text: () => text };
  }

  async close(): Promise<void> {
    for (const sink of this.sinks) sink.destroy();
    await this.tail.stop();
  }

  private counted(): Pick<EventStore, 'readOrdered' | 'lastSeq'> {
    return { lastSeq: () => this.store.lastSeq(), readOrdered: (options) => ((this.reads += 1), this.store.readOrdered(options)) };
  }
}

let world: World;
beforeEach(() => (world = new World()));
afterEach(() => world.close());
const numbers = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => String(from + i));

describe('a follower', () => {
  it('gets new events, each once and in order', async () => {
    await appendReasons(world.store, 'shop', 'before');
    const { got } = await world.follow();
    for (const n of numbers(1, 5)) await appendReasons(world.store, 'shop', n);
    await eventually(() => expect(got()).toEqual(numbers(1, 5)));
  });

  it('first gets its position, so that it misses no event if it is disconnected before the first one', async () => {
    await appendReasons(world.store, 'shop', 'before');
    const { text } = await world.follow();
    await eventually(() => expect(text()).toBe(`${HEARTBEAT}id: ${cursorOf(1)}\n\n`));
  });

  it('continues after its position, over many pages and while new events arrive', async () => {
    await appendReasons(world.store, 'shop', ...numbers(1, 50));
    const { got } = await world.follow({ after: 10 });
    await appendReasons(world.store, 'shop', ...numbers(51, 80));
    await eventually(() => expect(got()).toEqual(numbers(11, 80)));
  });

  it('gets only events that it may read', async () => {
    await appendReasons(world.store, 'theirs', 'x');
    const { got } = await world.follow({ filter: { projects: ['shop'] }, after: 0 });
    await appendReasons(world.store, 'theirs', 'y');
    await appendReasons(world.store, 'shop', 'mine');
    await appendReasons(world.store, 'theirs', 'z');
    await eventually(() => expect(got()).toEqual(['mine']));
  });

  it('is disconnected if it does not read, without a growing buffer, while the others continue', async () => {
    const slow = new PassThrough({ highWaterMark: 1_024 });
    await world.follow({ sink: slow, maxWaiting: 10_000 });
    const { got } = await world.follow();
    const long = 'x'.repeat(1_000);
    for (let n = 0; n < 30; n += 1) await appendReasons(world.store, 'shop', long);
    await eventually(() => expect(slow.destroyed).toBe(true));
    await eventually(() => expect(got()).toHaveLength(30));
    expect(world.tail.size).toBe(1);
  });

  it('is disconnected if it does not read the missed events', async () => {
    await appendReasons(world.store, 'shop', ...Array.from({ length: 30 }, () => 'x'.repeat(1_000)));
    const slow = new PassThrough({ highWaterMark: 1_024 });
    await world.follow({ sink: slow, after: 0, patienceMs: 20 });
    await eventually(() => expect(slow.destroyed).toBe(true));
    expect(slow.writableLength + slow.readableLength).toBeLessThan(10_000);
    await eventually(() => expect(world.tail.size).toBe(0));
  });

  it('gets heartbeats, and is ended after its token becomes invalid', async () => {
    let allowed = true;
    const { sink, text } = await world.follow({ heartbeatMs: 5, stillAllowed: async () => allowed });
    await eventually(() => expect(text().split(':\n\n').length).toBeGreaterThan(3));
    expect(sink.writableEnded).toBe(false);
    allowed = false;
    await eventually(() => expect(sink.writableEnded).toBe(true));
    expect(world.tail.size).toBe(0);
  });

  it('is disconnected if it does not read the end of the stream', async () => {
    const slow = new PassThrough({ highWaterMark: 16 });
    const { follower } = await world.follow({ sink: slow, graceMs: 5 });
    follower.end();
    await eventually(() => expect(slow.destroyed).toBe(true));
  });

  it('causes no reads of the store in addition to the shared ones, and without followers there are none', async () => {
    const followers = await Promise.all(Array.from({ length: 50 }, () => world.follow()));
    await appendReasons(world.store, 'shop', 'one');
    await eventually(() => followers.forEach(({ got }) => expect(got()).toEqual(['one'])));
    followers.forEach(({ follower }) => follower.end());
    const before = world.reads;
    expect(world.tail.size).toBe(0);
    const { got } = await world.follow({ after: 0 });
    await eventually(() => expect(got()).toEqual(['one']));
    expect(before).toBeGreaterThan(0);
  });
});
