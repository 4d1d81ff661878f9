import type { OrderedEvent } from '@alloy/contracts';
import type { EventStore } from '@alloy/event-store';
import { placeBefore } from './place-before';
import { passes, storeFilter, type EventFilter } from './event-filter';

/** How many events are looked at for one page, at most: who may read few of many gets short pages. */
const MAX_SCANS = 10;
const SCAN = 500;

export interface EventsPage {
  readonly events: readonly OrderedEvent[];
  /** The seq after which the next page begins; everything up to it has been looked at. */
  readonly next: number;
  /** False: that was all there was. */
  readonly more: boolean;
}

export interface PageRequest {
  readonly filter: EventFilter;
  /** Only what comes after this seq. */
  readonly after: number;
  readonly limit: number;
  /** As written, not upcast; default false. */
  readonly raw?: boolean;
}

/** Events in their order, at most `limit`. */
export async function readEventsPage(store: Pick<EventStore, 'readOrdered' | 'lastSeq'>, { filter, after, limit, raw = false }: PageRequest): Promise<EventsPage> {
  // Read first: what gets its place later belongs to a later page.
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
