import type { EventStore } from '@alloy/event-store';
import { extended, historyOf, type Histories, type History } from './histories';

/** The whole stream: the cached events and the later ones of the log. */
export async function loadHistory(store: Pick<EventStore, 'read'>, histories: Histories, stream: string): Promise<History> {
  const known = histories.get(stream);
  const history = (known && (await readOn(store, stream, known))) ?? historyOf(stream, await store.read(stream));
  if (history !== known && history.events.length > 0) histories.keep(stream, history);
  return history;
}

/** Undefined: the log does not start with the known history. Reads its last event again to check that. */
async function readOn(store: Pick<EventStore, 'read'>, stream: string, known: History): Promise<History | undefined> {
  const last = known.events.at(-1);
  if (!last) return undefined;
  const [same, ...more] = await store.read(stream, { after: last.version - 1 });
  if (same?.hash !== last.hash) return undefined;
  return more.length === 0 ? known : extended(known, more);
}
