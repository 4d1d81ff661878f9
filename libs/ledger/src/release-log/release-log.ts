import { releaseStream, type NewEvent } from '@alloy/contracts';
import type { EventStore } from '@alloy/event-store';
import { familyOf, schemaOf, type ReleaseEvent } from '@alloy/release';
import type { Pool } from 'pg';
import type { AppendOptions, PolicyBook, ReleaseKey, ReleaseLog } from '../ports';
import { readContext } from './context';
import { foldStream } from './fold-stream';
import * as queries from './queries';
import { uuidV7 } from './uuid-v7';

/** What the log is made of. */
export interface ReleaseLogParts {
  readonly pool: Pool;
  readonly store: EventStore;
  readonly policies: PolicyBook;
  /** Name of the cluster that plans are made for; default `default`. */
  readonly cluster: string;
  /** Tells the relay that something was committed. */
  readonly poke: () => void;
}

/** The releases' log on Postgres. */
export const createReleaseLog = (parts: ReleaseLogParts): ReleaseLog => ({
  async load(key) {
    const releaseId = typeof key === 'string' ? key : key.releaseId;
    const [events, now] = await Promise.all([parts.store.read(releaseStream(releaseId)), parts.store.now()]);
    return { state: foldStream(releaseId, events), events, now };
  },
  async append(key, events, options) {
    if (events.length === 0) return [];
    const stream = releaseStream(key.releaseId);
    const causationId = options.causationId === undefined ? await queries.lastEventId(parts.pool, stream) : options.causationId;
    const stored = await parts.store.append([{ stream, expected: options.expected, events: envelopes(key, events, options, causationId) }]);
    parts.poke();
    return stored;
  },
  context: (key) => readContext(parts, key),
  waitingFor: (service) => queries.waitingFor(parts.pool, service),
  unfinished: (project, environment) => queries.unfinished(parts.pool, project, environment),
  withStatus: (statuses) => queries.withStatus(parts.pool, statuses),
  nextDueAt: () => queries.nextDueAt(parts.pool),
});

function envelopes(key: ReleaseKey, events: readonly ReleaseEvent[], options: AppendOptions, causationId: string | null): NewEvent[] {
  const { ids, actor, traceparent = null } = options;
  if (ids && ids.length !== events.length) throw new RangeError(`${events.length} events, but ${ids.length} ids`);
  return events.map(({ type, data }, i) => ({
    id: ids?.[i] ?? uuidV7(), type, schema: schemaOf(type), family: familyOf[type], project: key.project, environment: key.environment,
    actor, correlationId: key.releaseId, causationId, traceparent, data,
  }));
}

