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
  /** Continues after this seq; unset: starts with new events. */
  readonly after: number | undefined;
  /** Reads earlier events from the store. */
  readonly page: (after: number) => Promise<EventsPage>;
  /** Called at each heartbeat; false ends the stream. */
  readonly stillAllowed: () => Promise<boolean>;
  /** Default 15 s. */
  readonly heartbeatMs?: number;
  /** Bytes that may be buffered for a slow reader before it is disconnected; default 1 MiB. */
  readonly maxWaiting?: number;
  /** How long a reader of earlier events may read nothing before it is disconnected; default 30 s. */
  readonly patienceMs?: number;
  /** How long an orderly end may take before the reader is disconnected; default 2 s. */
  readonly graceMs?: number;
}

/**
 * A follower of the log: gets first the missed events, from the store, then new ones, from the tail. Each event once,
 * in order.
 */
export class Follower {
  private position = 0;
  private live = false;
  private unsubscribe: () => void = () => {};
  private heart: NodeJS.Timeout | undefined;

  constructor(private readonly options: FollowerOptions) {
    // A broken connection is also closed, and needs no other handling.
    options.sink.on('error', () => undefined).once('close', () => this.detach());
  }

  /** Resolves once no new event can be missed; rejects if the store is unavailable. */
  async attach(): Promise<void> {
    this.unsubscribe = await this.options.tail.attach((batch) => this.deliver(batch));
  }

  /** After `attach`. Resolves once it has caught up, or is disconnected. */
  async run(): Promise<void> {
    const { tail, after, sink } = this.options;
    if (sink.destroyed) return this.detach();
    this.heart = setInterval(() => void this.beat(), this.options.heartbeatMs ?? 15_000);
    this.write(HEARTBEAT);
    this.position = after ?? tail.position;
    this.write(placeFrame(this.position));
    await this.catchUp();
  }

  /**
   * Ends the stream in order; the client may reconnect and continue at its position. A client that does not read the
   * end is disconnected, so that it does not delay others.
   */
  end(): void {
    const { sink, graceMs = 2_000 } = this.options;
    const grace = setTimeout(() => sink.destroy(), graceMs);
    sink.once('close', () => clearTimeout(grace)).end();
    this.detach();
  }

  private async catchUp(): Promise<void> {
    const { sink, tail, page } = this.options;
    // New events are not buffered, because the next page includes them.
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

  /** Disconnects a client that does not read: its remaining events stay in the log, not in memory. */
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
    // An unavailable database is no reason to disconnect.
    if (!(await this.options.stillAllowed().catch(() => true))) this.end();
  }

  /** Sends nothing more, and leaves the stream open. */
  detach(): void {
    clearInterval(this.heart);
    this.unsubscribe();
  }
}
