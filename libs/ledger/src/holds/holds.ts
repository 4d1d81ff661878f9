import { projectStream, type StoredEvent } from '@alloy/contracts';
import { InlineConflict, type EventStore } from '@alloy/event-store';
import type { ProjectEvent } from '@alloy/policy';
import type { Hold } from '@alloy/release';
import type { Pool } from 'pg';
import { projectEvent, type ChangedBy } from '../projects/project-events';
import { HOLD_JSON } from './hold-row';

/** Whose releases are on hold, and the event's id if the request may be repeated. */
export interface HoldKey {
  readonly project: string;
  readonly environment: string;
  /** A second call with the same id changes nothing, and returns as the first did. Default: a new id. */
  readonly eventId?: string | undefined;
}

/** Users' holds on the releases of an environment. */
export interface Holds {
  /** Undefined: it is not on hold. */
  find(project: string, environment: string): Promise<Hold | undefined>;
  /** False: it is on hold already, and nothing was changed. */
  place(key: HoldKey, by: ChangedBy): Promise<boolean>;
  /** The planner then continues the releases that wait. False: it is not on hold, and nothing was changed. */
  lift(key: HoldKey, by: ChangedBy): Promise<boolean>;
}

export interface HoldsParts {
  readonly pool: Pool;
  readonly store: Pick<EventStore, 'append'>;
  /** Called after each commit with the committed events. */
  readonly notifyCommit: (events: readonly StoredEvent[]) => void;
}

const FIND = {
  name: 'hold-find',
  text: `SELECT ${HOLD_JSON} AS hold FROM hold WHERE project = $1 AND environment = $2`,
};

/** Holds on Postgres: events of the project's stream; the view `hold` writes the rows. */
export const postgresHolds = (parts: HoldsParts): Holds => ({
  async find(project, environment) {
    const { rows } = await parts.pool.query<{ hold: Hold }>({ ...FIND, values: [project, environment] });
    return rows[0]?.hold;
  },
  place: (key, by) => append(parts, key, { type: 'HoldPlaced', data: { release: null, reason: by.reason } }, by),
  lift: (key, by) => append(parts, key, { type: 'HoldLifted', data: { reason: by.reason } }, by),
});

async function append({ store, notifyCommit }: HoldsParts, key: HoldKey, event: ProjectEvent, by: ChangedBy): Promise<boolean> {
  const { project, environment, eventId } = key;
  const made = projectEvent(project, environment, event, by);
  const events = [eventId === undefined ? made : { ...made, id: eventId }];
  try {
    notifyCommit(await store.append([{ stream: projectStream(project), expected: 'any', events }]));
    return true;
  } catch (error) {
    if (error instanceof InlineConflict && error.view === 'hold') return false;
    throw error;
  }
}
