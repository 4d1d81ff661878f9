import { PassThrough } from 'node:stream';
import type { EventStore } from '@alloy/event-store';
import { eventually } from '../../../../test/support/eventually';
import { emptyLog, readFrames, tell } from '../testing/some-events';
import type { EventFilter } from './event-filter';
import { cursorOf } from './event-cursor';
import { EventTail } from './event-tail';
import { Follower, type FollowerOptions } from './follower';
import { HEARTBEAT } from './frame';
import { readEventsPage } from './read-events-page';

/** A log, one tail, and those who follow. */
class World {
  readonly store: EventStore = emptyLog();
  reads = 0;
  private readonly sinks: PassThrough[] = [];
  readonly tail = new EventTail({ store: this.counted(), onError: (error) => { throw error; }, pollMs: 1 });

  /** What this follower has got so far is in `got()`. */
  async follow(options: Partial<FollowerOptions> & { readonly filter?: EventFilter } = {}): Promise<{ readonly sink: PassThrough; readonly follower: Follower; got(): readonly string[]; text(): string }> {
    const sink = new PassThrough({ highWaterMark: 1_024 });
    const filter = options.filter ?? {};
    const follower = new Follower({
      sink, tail: this.tail, filter, after: undefined, stillAllowed: async () => true, page: (after) => readEventsPage(this.store, { filter, after, limit: 3 }), ...options,
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
  it('gets what comes from now on, each once and in order', async () => {
    await tell(world.store, 'shop', 'before');
    const { got } = await world.follow();
    for (const n of numbers(1, 5)) await tell(world.store, 'shop', n);
    await eventually(() => expect(got()).toEqual(numbers(1, 5)));
  });

  it('is told first where it stands, so that one that breaks off before its first event misses none', async () => {
    await tell(world.store, 'shop', 'before');
    const { text } = await world.follow();
    await eventually(() => expect(text()).toBe(`${HEARTBEAT}id: ${cursorOf(1)}\n\n`));
  });

  it('goes on after what it knows, over many pages and while more comes', async () => {
    await tell(world.store, 'shop', ...numbers(1, 50));
    const { got } = await world.follow({ after: 10 });
    await tell(world.store, 'shop', ...numbers(51, 80));
    await eventually(() => expect(got()).toEqual(numbers(11, 80)));
  });

  it('gets only what it may read', async () => {
    await tell(world.store, 'theirs', 'x');
    const { got } = await world.follow({ filter: { projects: ['shop'] }, after: 0 });
    await tell(world.store, 'theirs', 'y');
    await tell(world.store, 'shop', 'mine');
    await tell(world.store, 'theirs', 'z');
    await eventually(() => expect(got()).toEqual(['mine']));
  });

  it('is cut off when it does not read, and nothing piles up for it; the others go on', async () => {
    const slow = new PassThrough({ highWaterMark: 1_024 });
    await world.follow({ sink: slow, maxWaiting: 10_000 });
    const { got } = await world.follow();
    const long = 'x'.repeat(1_000);
    for (let n = 0; n < 30; n += 1) await tell(world.store, 'shop', long);
    await eventually(() => expect(slow.destroyed).toBe(true));
    await eventually(() => expect(got()).toHaveLength(30));
    expect(world.tail.size).toBe(1);
  });

  it('is cut off when it does not read what it has missed', async () => {
    await tell(world.store, 'shop', ...Array.from({ length: 30 }, () => 'x'.repeat(1_000)));
    const slow = new PassThrough({ highWaterMark: 1_024 });
    await world.follow({ sink: slow, after: 0, patienceMs: 20 });
    await eventually(() => expect(slow.destroyed).toBe(true));
    expect(slow.writableLength + slow.readableLength).toBeLessThan(10_000);
    await eventually(() => expect(world.tail.size).toBe(0));
  });

  it('hears a heartbeat, and is ended once its token is no good any more', async () => {
    let allowed = true;
    const { sink, text } = await world.follow({ heartbeatMs: 5, stillAllowed: async () => allowed });
    await eventually(() => expect(text().split(':\n\n').length).toBeGreaterThan(3));
    expect(sink.writableEnded).toBe(false);
    allowed = false;
    await eventually(() => expect(sink.writableEnded).toBe(true));
    expect(world.tail.size).toBe(0);
  });

  it('is cut off at its end when it does not read that either', async () => {
    const slow = new PassThrough({ highWaterMark: 16 });
    const { follower } = await world.follow({ sink: slow, graceMs: 5 });
    follower.end();
    await eventually(() => expect(slow.destroyed).toBe(true));
  });

  it('costs the store nothing of its own, and nobody following costs nothing', async () => {
    const followers = await Promise.all(Array.from({ length: 50 }, () => world.follow()));
    await tell(world.store, 'shop', 'one');
    await eventually(() => followers.forEach(({ got }) => expect(got()).toEqual(['one'])));
    followers.forEach(({ follower }) => follower.end());
    const before = world.reads;
    expect(world.tail.size).toBe(0);
    const { got } = await world.follow({ after: 0 });
    await eventually(() => expect(got()).toEqual(['one']));
    expect(before).toBeGreaterThan(0);
  });
});
