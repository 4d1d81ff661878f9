import { chainHash } from '@alloy/audit';
import { releaseIdOf, type StoredEvent } from '@alloy/contracts';
import { evolve, isEnded, toRecorded, type State } from '@alloy/release';
import { foldStream } from './fold-stream';

/** A release's stream with its folded state. */
export interface History {
  /** From the first event, upcast. */
  readonly events: readonly StoredEvent[];
  readonly state: State;
}

/** Maximum number of cached events, of the most recently used releases. */
const MOST_EVENTS = 20_000;

/**
 * Cache of the streams that this process has read. The start of a stream never changes, so only later events must be
 * read; a reader that continues from a history checks by its last hash that the log still starts with it.
 */
export class Histories {
  /** The most recently used at the end. */
  private readonly kept = new Map<string, History>();
  private size = 0;

  constructor(private readonly most = MOST_EVENTS) {}

  get(stream: string): History | undefined {
    const history = this.kept.get(stream);
    if (!history) return undefined;
    this.kept.delete(stream);
    this.kept.set(stream, history);
    return history;
  }

  /**
   * Keeps the longer history if one is already cached, and none of a release that has ended, because it is hardly read
   * again.
   */
  keep(stream: string, history: History): void {
    const before = this.kept.get(stream);
    if (before && before.events.length > history.events.length) return;
    this.drop(stream);
    if (isEnded(history.state)) return;
    this.kept.set(stream, history);
    this.size += history.events.length;
    for (const [oldest] of this.kept) {
      if (this.size <= this.most || oldest === stream) return;
      this.drop(oldest);
    }
  }

  /** The history with the appended events; undefined: the previous events are not cached. */
  followedBy(stream: string, appended: readonly StoredEvent[]): History | undefined {
    const [first] = appended;
    if (!first) return undefined;
    if (first.version === 1) return historyOf(stream, appended);
    const known = this.kept.get(stream);
    const last = known?.events.at(-1);
    if (!known || !last || last.version !== first.version - 1 || chainHash(last.hash, first) !== first.hash) return undefined;
    return extended(known, appended);
  }

  private drop(stream: string): void {
    this.size -= this.kept.get(stream)?.events.length ?? 0;
    this.kept.delete(stream);
  }
}

export const historyOf = (stream: string, events: readonly StoredEvent[]): History => ({
  events,
  state: foldStream(releaseIdOf(stream) ?? stream, events),
});

export function extended({ events, state }: History, more: readonly StoredEvent[]): History {
  return { events: [...events, ...more], state: more.map(toRecorded).reduce(evolve, state) };
}
