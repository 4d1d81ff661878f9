import type { EventStore } from '@alloy/event-store';

/** By so much, at most, is the order of events not that of their times: transactions are short, and Postgres' clock is kept right. */
const MARGIN_MS = 86_400_000;
/** So many events are read through sooner than searched. */
const ENOUGH = 1_000;

/** A place in the order (seq) after which everything from `since` (ISO 8601) on stands, so that a long log need not be read from its beginning. */
export async function placeBefore(store: Pick<EventStore, 'readOrdered' | 'lastSeq'>, since: string): Promise<number> {
  const bound = Date.parse(since) - MARGIN_MS;
  let [low, high] = [0, await store.lastSeq()];
  while (high - low > ENOUGH) {
    const middle = Math.floor((low + high) / 2);
    const [event] = await store.readOrdered({ after: middle - 1, limit: 1 });
    if (event && Date.parse(event.occurredAt) < bound) low = middle;
    else high = middle;
  }
  return low;
}
