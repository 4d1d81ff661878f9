import type { EventStore } from '@alloy/event-store';
import { extended, historyOf, type Histories, type History } from './histories';

/** The history of a stream as it was at a time. */
export interface TimedHistory {
  readonly history: History;
  /** The store's clock when the stream was read, ms since 1970. */
  readonly now: number;
}

type Reader = Pick<EventStore, 'readWithTime'>;

/** The whole stream: the cached events and the later ones of the log. */
export async function loadHistory(store: Reader, histories: Histories, stream: string): Promise<TimedHistory> {
  const known = histories.get(stream);
  const { history, now } = (known && (await readOn(store, stream, known))) ?? (await readAll(store, stream));
  if (history !== known && history.events.length > 0) histories.keep(stream, history);
  return { history, now };
}

async function readAll(store: Reader, stream: string): Promise<TimedHistory> {
  const { events, now } = await store.readWithTime(stream);
  return { history: historyOf(stream, events), now };
}

/** Undefined: the log does not start with the known history. Reads its last event again to check that. */
async function readOn(store: Reader, stream: string, known: History): Promise<TimedHistory | undefined> {
  const last = known.events.at(-1);
  if (!last) return undefined;
  const { events: [same, ...more], now } = await store.readWithTime(stream, { after: last.version - 1 });
  if (same?.hash !== last.hash) return undefined;
  return { history: more.length === 0 ? known : extended(known, more), now };
}
