import { canonical } from '@alloy/audit';
import type { NewEvent, StoredEvent } from '@alloy/contracts';
import { EventIdReused } from './errors';
import type { StreamAppend } from './ports';

/**
 * The result of a repeated append, from the stored events with its ids: these events in the requested order, or
 * undefined if there are none. Throws `EventIdReused` if an id is stored with other content, or if only some of them
 * are stored.
 */
export function repeated(appends: readonly StreamAppend[], found: readonly StoredEvent[]): readonly StoredEvent[] | undefined {
  const byId = new Map(found.map((event) => [event.id, event]));
  if (byId.size === 0) return undefined;
  return appends.flatMap(({ stream, events }) =>
    events.map((event) => {
      const stored = byId.get(event.id);
      if (!stored) throw new EventIdReused(found[0]!.id);
      if (stored.stream !== stream || content(stored) !== content(event)) throw new EventIdReused(event.id);
      return stored;
    }),
  );
}

function content({
  id, type, schema, family, project, environment, actor, correlationId, causationId, traceparent, data,
}: NewEvent): string {
  return canonical({ id, type, schema, family, project, environment, actor, correlationId, causationId, traceparent, data });
}
