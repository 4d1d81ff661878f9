import { crashPoint, projectStream, releaseStream, type NewEvent, type StoredEvent } from '@alloy/contracts';
import { EventIdReused, newEventId, type EventStore, type StreamAppend } from '@alloy/event-store';
import { familyOf, schemaOf, type ReleaseEvent } from '@alloy/release';
import type { Pool } from 'pg';
import type { AppendOptions, ReleaseKey, ReleaseLog } from '../ports';
import { projectEvent } from '../projects/project-events';
import { readContext } from './context';
import type { Histories } from './histories';
import { loadHistory } from './load-history';
import * as queries from './queries';

/** The parts of the log. */
export interface ReleaseLogParts {
  readonly pool: Pool;
  readonly store: EventStore;
  readonly histories: Histories;
  /** Name of the cluster in plans; default `default`. */
  readonly cluster: string;
  /** Notifies the relay, and the services that act on the stream, of the commit. */
  readonly notifyCommit: (events: readonly StoredEvent[]) => void;
  /** Trace context of the writer. */
  readonly traceparent: (releaseId: string, types: readonly string[]) => string | null;
}

/** The releases' log on Postgres. */
export const createReleaseLog = (parts: ReleaseLogParts): ReleaseLog => ({
  async load(key) {
    const releaseId = typeof key === 'string' ? key : key.releaseId;
    const { history, now } = await loadHistory(parts.store, parts.histories, releaseStream(releaseId));
    return { ...history, now };
  },
  async append(key, events, options) {
    if (events.length === 0) return [];
    const stream = releaseStream(key.releaseId);
    const causationId = options.causationId === undefined ? await causeOf(parts, stream) : options.causationId;
    const { traceparent = parts.traceparent(key.releaseId, events.map(({ type }) => type)) } = options;
    const append = { stream, expected: options.expected, events: envelopes(key, events, { ...options, traceparent }, causationId) };
    const committed = await parts.store.append([append, ...holdOf(key, options)])
      .catch((error: unknown) => storedBefore(parts.store, stream, options.ids, error));
    const stored = committed.filter((event) => event.stream === stream);
    const history = parts.histories.followedBy(stream, stored);
    if (history) parts.histories.keep(stream, history);
    crashPoint('log.after-commit');
    parts.notifyCommit(committed);
    return stored;
  },
  context: (key) => readContext(parts, key),
  waitingFor: (service) => queries.waitingFor(parts.pool, service),
  unfinished: (project, environment) => queries.unfinished(parts.pool, project, environment),
  withStatus: (statuses) => queries.withStatus(parts.pool, statuses),
  listWithStatus: (statuses, before) => queries.listWithStatus(parts.pool, statuses, before),
  nextDue: () => queries.nextDue(parts.pool),
});

/** The last event that the writer can have read. */
async function causeOf({ histories, pool }: ReleaseLogParts, stream: string): Promise<string | null> {
  return histories.get(stream)?.events.at(-1)?.id ?? queries.lastEventId(pool, stream);
}

/** The hold that the release places: its rollback is requested. */
function holdOf({ project, environment, releaseId }: ReleaseKey, { placesHold, actor }: AppendOptions): readonly StreamAppend[] {
  if (!placesHold) return [];
  const { reason } = placesHold;
  const event = projectEvent(project, environment, { type: 'HoldPlaced', data: { release: releaseId, reason } }, { actor, reason });
  return [{ stream: projectStream(project), expected: 'any', events: [event] }];
}

/** A repeated fact may have a different wording: the events that were first stored under its ids count. */
async function storedBefore(
  store: EventStore,
  stream: string,
  ids: readonly string[] | undefined,
  error: unknown,
): Promise<readonly StoredEvent[]> {
  if (!ids || !(error instanceof EventIdReused)) throw error;
  const stored = (await store.read(stream)).filter((event) => ids.includes(event.id));
  if (stored.length !== ids.length) throw error;
  return stored;
}

function envelopes(key: ReleaseKey, events: readonly ReleaseEvent[], options: AppendOptions, causationId: string | null): NewEvent[] {
  const { ids, actor, traceparent = null } = options;
  if (ids && ids.length !== events.length) throw new RangeError(`${events.length} events, but ${ids.length} ids`);
  return events.map(({ type, data }, i) => ({
    id: ids?.[i] ?? newEventId(), type, schema: schemaOf(type), family: familyOf[type], project: key.project, environment: key.environment,
    actor, correlationId: key.releaseId, causationId, traceparent, data,
  }));
}

