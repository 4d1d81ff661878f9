import { type OrderedEvent, type StoredEvent, upcast, type Upcasters } from '@alloy/contracts';
import { retry } from '@alloy/runtime';
import type { Pool } from 'pg';
import { StoreUnavailable } from '../errors';
import {
  VersionConflict, type EventStore, type InlineView, type ReadOptions, type SeqOptions, type StreamAppend, type TimedEvents,
} from '../ports';
import { prepare } from '../record';
import { repeated } from '../repeated';
import { appendOnce } from './append-once';
import { failureOf } from './failure';
import { GroupCommit } from './group-commit';
import { readByIds, readBySeq, readStream, readStreamWithTime } from './read-events';

export interface PostgresEventStoreOptions {
  /** Created by `createPool`; the caller ends it. */
  readonly pool: Pool;
  /** Written in the append's transaction, in this order. Default: none. */
  readonly inlineViews?: readonly InlineView[];
  /** Default: events are returned as written. */
  readonly upcasters?: Upcasters;
  /** How long an append tries to reach an unavailable Postgres; ms, default 5000. */
  readonly retryMs?: number;
}

/** Pause between two attempts to reach Postgres, ms. */
const RECONNECT_MS = 100;

/** The log in Postgres. */
export class PostgresEventStore implements EventStore {
  private readonly pool: Pool;
  private readonly views: readonly InlineView[];
  private readonly commits: GroupCommit;

  constructor(private readonly options: PostgresEventStoreOptions) {
    const { pool, inlineViews = [], upcasters } = options;
    this.pool = pool;
    this.views = inlineViews;
    this.commits = new GroupCommit({ commit: (appends, whole) => appendOnce({ pool, inlineViews, upcasters }, appends, whole) });
  }

  async append(appends: readonly StreamAppend[]): Promise<readonly StoredEvent[]> {
    const prepared = prepare(appends);
    if (prepared.length === 0) return [];
    this.refuseUnreadable(prepared);
    const isDisconnected = (error: unknown): boolean => failureOf(error) === 'disconnected';
    // After an ambiguous COMMIT the next attempt clarifies the outcome: it finds the ids, or waits on their unique
    // index for the transaction that still holds them.
    return retry(() => this.attempt(prepared), {
      isRetryable: (error) => isDisconnected(error) || failureOf(error) === 'transient',
      delayMs: (_, error) => (isDisconnected(error) ? RECONNECT_MS : 0),
      withinMs: this.options.retryMs ?? 5_000,
    }).catch((error: unknown) => {
      throw isDisconnected(error) ? new StoreUnavailable(error) : error;
    });
  }

  async read(stream: string, { after = 0, raw = false }: ReadOptions = {}): Promise<readonly StoredEvent[]> {
    const events = await readStream(this.pool, stream, after);
    return raw ? events : events.map((event) => upcast(event, this.options.upcasters));
  }

  async readWithTime(stream: string, { after = 0 }: Pick<ReadOptions, 'after'> = {}): Promise<TimedEvents> {
    const { events, now } = await readStreamWithTime(this.pool, stream, after);
    return { events: events.map((event) => upcast(event, this.options.upcasters)), now };
  }

  async readOrdered(options: SeqOptions = {}): Promise<readonly OrderedEvent[]> {
    const events = await readBySeq(this.pool, options);
    return options.raw ? events : events.map((event) => upcast(event, this.options.upcasters));
  }

  async lastSeq(): Promise<number> {
    const { rows } = await this.pool.query<{ seq: string }>('SELECT coalesce(max(seq), 0) AS seq FROM event_order');
    return Number(rows[0]!.seq);
  }

  async now(): Promise<number> {
    const { rows } = await this.pool.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    return rows[0]!.now.getTime();
  }

  /** The creator of the pool ends it. */
  async close(): Promise<void> {}

  /**
   * Appends, or finds that the events are already stored; retries an append to `any` version immediately after a
   * conflict.
   */
  private async attempt(appends: readonly StreamAppend[]): Promise<readonly StoredEvent[]> {
    const { upcasters } = this.options;
    const alone = appends.some(({ events }) => events.some((event) => this.views.some((view) => view.alone?.(event))));
    for (;;) {
      try {
        return (await this.commits.run(appends, alone)).map((event) => upcast(event, upcasters));
      } catch (error) {
        if (!(error instanceof VersionConflict) && failureOf(error) !== 'conflict') throw error;
        const ids = appends.flatMap((a) => a.events.map((e) => e.id));
        const stored = repeated(appends, await readByIds(this.pool, ids));
        if (stored) return stored.map((event) => upcast(event, upcasters));
        if (error instanceof VersionConflict) throw error;
      }
    }
  }

  /** Refuses events that could not be read again: throws `UnknownEventType` or `UnknownEventSchema`. */
  private refuseUnreadable(appends: readonly StreamAppend[]): void {
    for (const { stream, events } of appends)
      for (const event of events) upcast({ ...event, stream, version: 0, occurredAt: '', hash: '' }, this.options.upcasters);
  }
}
