import { noHead, type Head } from '@alloy/audit';
import { type OrderedEvent, type StoredEvent, upcast, type Upcasters } from '@alloy/contracts';
import type { EventStore, ReadOptions, SeqOptions, StreamAppend, TimedEvents } from '../ports';
import { prepare, record } from '../record';
import { repeated } from '../repeated';

/**
 * An inline view for memory: `check` throws `InlineConflict` to refuse the append, and changes nothing;
 * the function that it returns runs after everything is stored.
 */
export interface MemoryInlineView {
  readonly name: string;
  check(events: readonly StoredEvent[]): () => void;
}

export interface MemoryEventStoreOptions {
  /** The store's clock, ms since 1970. */
  readonly now: () => number;
  readonly inlineViews?: readonly MemoryInlineView[];
  readonly upcasters?: Upcasters;
}

/** The log in memory, for tests: passes the same contract suite as Postgres, and assigns `seq` immediately. */
export class MemoryEventStore implements EventStore {
  private readonly log: OrderedEvent[] = [];

  constructor(private readonly options: MemoryEventStoreOptions) {}

  async append(appends: readonly StreamAppend[]): Promise<readonly StoredEvent[]> {
    const prepared = prepare(appends);
    const ids = new Set(prepared.flatMap((a) => a.events.map((e) => e.id)));
    const stored = repeated(prepared, this.log.filter((e) => ids.has(e.id)).map(withoutSeq));
    if (stored) return stored.map((e) => this.upcast(e));
    const heads = new Map(prepared.map(({ stream }) => [stream, this.head(stream)]));
    const recorded = record(prepared, heads, new Date(this.options.now()).toISOString());
    const stage = recorded.map((e) => this.upcast(e));
    const commits = (this.options.inlineViews ?? []).map((view) => view.check(stage));
    this.log.push(...recorded.map((event, i) => ({ ...event, seq: this.log.length + i + 1 })));
    for (const commit of commits) commit();
    return stage;
  }

  async read(stream: string, options: ReadOptions = {}): Promise<readonly StoredEvent[]> {
    const events = this.log.filter((e) => e.stream === stream && e.version > (options.after ?? 0)).map(withoutSeq);
    return options.raw ? events : events.map((e) => this.upcast(e));
  }

  async readWithTime(stream: string, options?: Pick<ReadOptions, 'after'>): Promise<TimedEvents> {
    return { events: await this.read(stream, options), now: this.options.now() };
  }

  async readOrdered(options: SeqOptions = {}): Promise<readonly OrderedEvent[]> {
    const found = this.log.filter((e) => matches(e, options)).slice(0, options.limit ?? 500);
    return found.map((e) => (options.raw ? structuredClone(e) : this.upcast(e)));
  }

  async lastSeq(): Promise<number> {
    return this.log.length;
  }

  async now(): Promise<number> {
    return this.options.now();
  }

  async close(): Promise<void> {}

  private head(stream: string): Head {
    return this.log.findLast((e) => e.stream === stream) ?? noHead;
  }

  private upcast<E extends StoredEvent>(event: E): E {
    // A copy, so that readers cannot change the stored event.
    return upcast(structuredClone(event), this.options.upcasters);
  }
}

function withoutSeq({ seq: _, ...event }: OrderedEvent): StoredEvent {
  return event;
}

function matches(event: OrderedEvent, { after = 0, stream, types, project, actor, since, until }: SeqOptions): boolean {
  return (
    event.seq > after &&
    (stream === undefined || event.stream === stream) &&
    (types === undefined || types.includes(event.type)) &&
    (project === undefined || event.project === project) &&
    (actor === undefined || event.actor.id === actor) &&
    (since === undefined || Date.parse(event.occurredAt) >= Date.parse(since)) &&
    (until === undefined || Date.parse(event.occurredAt) < Date.parse(until))
  );
}
