import type { OrderedEvent } from '@alloy/contracts';
import { PostgresEventStore } from '@alloy/event-store';
import type { Pool } from 'pg';
import { eventually } from '../support/eventually';

const ALL = 100_000;

/** All events of a project's releases in their total order; waits until each has a seq. */
export async function orderedEvents(pool: Pool, project: string): Promise<readonly OrderedEvent[]> {
  const store = new PostgresEventStore({ pool });
  return eventually(async () => {
    const { rows } = await pool.query<{ count: string }>('SELECT count(*) FROM event WHERE project = $1', [project]);
    const events = await store.readOrdered({ project, limit: ALL });
    if (events.length < Number(rows[0]?.count)) throw new Error(`${events.length} of ${rows[0]?.count} events of ${project} are in order`);
    return events;
  });
}

/** By stream, each in order. */
export function byStream(events: readonly OrderedEvent[]): ReadonlyMap<string, readonly OrderedEvent[]> {
  const streams = new Map<string, OrderedEvent[]>();
  for (const event of events) streams.set(event.stream, [...(streams.get(event.stream) ?? []), event]);
  return streams;
}
