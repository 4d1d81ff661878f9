import type { EventStore } from '@alloy/event-store';

/**
 * Maximum difference between the order of events and the order of their times: transactions are short, and Postgres'
 * clock is synchronized.
 */
const MARGIN_MS = 86_400_000;
/** Below this number of events, reading is faster than searching. */
const ENOUGH = 1_000;

/** A seq before all events from `since` (ISO 8601) on, so that a long log is not read from its start. */
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
