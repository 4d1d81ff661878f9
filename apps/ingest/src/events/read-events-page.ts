import type { OrderedEvent } from '@alloy/contracts';
import type { EventStore } from '@alloy/event-store';
import { placeBefore } from './place-before';
import { passes, storeFilter, type EventFilter } from './event-filter';

/** Maximum number of batches that are read for one page: a caller who may read few events gets short pages. */
const MAX_SCANS = 10;
const SCAN = 500;

export interface EventsPage {
  readonly events: readonly OrderedEvent[];
  /** The seq after which the next page starts; all events up to it have been checked. */
  readonly next: number;
  /** False: there are no more events. */
  readonly more: boolean;
}

export interface PageRequest {
  readonly filter: EventFilter;
  /** Only events after this seq. */
  readonly after: number;
  readonly limit: number;
  /** As written, not upcast; default false. */
  readonly raw?: boolean;
}

/** Events in the total order, at most `limit`. */
export async function readEventsPage(
  store: Pick<EventStore, 'readOrdered' | 'lastSeq'>,
  { filter, after, limit, raw = false }: PageRequest,
): Promise<EventsPage> {
  // Read first, so that events that get their seq later belong to a later page.
  const end = await store.lastSeq();
  const events: OrderedEvent[] = [];
  let next = after === 0 && filter.since !== undefined ? await placeBefore(store, filter.since) : after;
  for (let scan = 0; scan < MAX_SCANS; scan += 1) {
    const wanted = Math.min(SCAN, limit - events.length);
    const found = await store.readOrdered({ ...storeFilter(filter), after: next, limit: wanted, raw });
    events.push(...found.filter((event) => passes(filter, event)));
    next = found.at(-1)?.seq ?? next;
    if (found.length < wanted) return { events, next: Math.max(next, end), more: false };
    if (events.length >= limit) return { events, next, more: true };
  }
  return { events, next, more: true };
}
