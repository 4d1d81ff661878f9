import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { passes, type EventFilter } from './event-filter';
import type { EventTail, Framed } from './event-tail';
import { frameOf, HEARTBEAT, placeFrame } from './frame';
import type { EventsPage } from './read-events-page';

export interface FollowerOptions {
  readonly sink: Writable;
  readonly tail: EventTail;
  readonly filter: EventFilter;
  /** Goes on after this seq; unset: with what comes from now on. */
  readonly after: number | undefined;
  /** What was there before, from the store. */
  readonly page: (after: number) => Promise<EventsPage>;
  /** Asked at each heartbeat; false ends it. */
  readonly stillAllowed: () => Promise<boolean>;
  /** Default 15 s. */
  readonly heartbeatMs?: number;
  /** Bytes that may wait for a slow reader before it is cut off; default 1 MiB. */
  readonly maxWaiting?: number;
  /** How long a reader of earlier events may take none before it is cut off; default 30 s. */
  readonly patienceMs?: number;
  /** How long an orderly end may take before it is cut off; default 2 s. */
  readonly graceMs?: number;
}

/** One who follows the log: first what it has missed, from the store, then what comes, from the tail. Each event once, in order. */
export class Follower {
  private position = 0;
  private live = false;
  private detach: () => void = () => {};
  private heart: NodeJS.Timeout | undefined;

  constructor(private readonly options: FollowerOptions) {
    // A connection that breaks is closed, too; that is all there is to know about it.
    options.sink.on('error', () => undefined).once('close', () => this.letGo());
  }

  /** Resolves once nothing that comes can be missed any more; rejects if the store does not answer. */
  async attach(): Promise<void> {
    this.detach = await this.options.tail.attach((batch) => this.deliver(batch));
  }

  /** After `attach`. Resolves once it has caught up, or is gone. */
  async run(): Promise<void> {
    const { tail, after, sink } = this.options;
    if (sink.destroyed) return this.letGo();
    this.heart = setInterval(() => void this.beat(), this.options.heartbeatMs ?? 15_000);
    this.write(HEARTBEAT);
    this.position = after ?? tail.position;
    this.write(placeFrame(this.position));
    await this.catchUp();
  }

  /** Ends the stream in order; the client may come back and go on where it was. One that does not read the end is cut off, so that it holds up nobody. */
  end(): void {
    const { sink, graceMs = 2_000 } = this.options;
    const grace = setTimeout(() => sink.destroy(), graceMs);
    sink.once('close', () => clearTimeout(grace)).end();
    this.letGo();
  }

  private async catchUp(): Promise<void> {
    const { sink, tail, page } = this.options;
    // What comes meanwhile is not kept: the next page has it.
    while (!sink.destroyed && this.position < tail.position) {
      const { events, next } = await page(this.position);
      this.write(events.map(frameOf).join(''));
      this.position = next;
      await this.drained();
    }
    this.live = true;
  }

  private deliver(batch: readonly Framed[]): void {
    if (!this.live) return;
    const news = batch.filter(({ event }) => event.seq > this.position && passes(this.options.filter, event));
    this.position = Math.max(this.position, batch.at(-1)?.event.seq ?? 0);
    this.write(news.map(({ frame }) => frame).join(''));
  }

  /** Whoever does not read what is sent is cut off: what waits for them is in the log, not in memory. */
  private write(text: string): void {
    const { sink, maxWaiting = 1_048_576 } = this.options;
    if (text === '' || sink.destroyed || sink.writableEnded) return;
    sink.write(text);
    if (this.live && sink.writableLength > maxWaiting) sink.destroy();
  }

  private async drained(): Promise<void> {
    const { sink, patienceMs = 30_000 } = this.options;
    if (!sink.writableNeedDrain || sink.destroyed) return;
    const patience = setTimeout(() => sink.destroy(), patienceMs);
    await Promise.race([once(sink, 'drain'), once(sink, 'close')]).catch(() => undefined);
    clearTimeout(patience);
  }

  private async beat(): Promise<void> {
    this.write(HEARTBEAT);
    // A database that does not answer says nothing against anybody.
    if (!(await this.options.stillAllowed().catch(() => true))) this.end();
  }

  /** Gets nothing more; the stream itself is left as it is. */
  letGo(): void {
    clearInterval(this.heart);
    this.detach();
  }
}
