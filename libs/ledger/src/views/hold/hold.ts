import type { StoredEvent } from '@alloy/contracts';
import { InlineConflict, type InlineView } from '@alloy/event-store';
import type { ProjectPayloads } from '@alloy/policy';
import type { ClientBase } from 'pg';

/**
 * The environments that are on hold. Refuses with `InlineConflict` a hold where there is one, and the end of one where
 * there is none; a rollback keeps the hold that there is, so that a user lifts only what the user has read.
 */
export const holdView: InlineView = {
  name: 'hold',
  async apply(client, events) {
    for (const event of events) {
      if (event.type === 'HoldPlaced') await place(client, event);
      else if (event.type === 'HoldLifted') await lift(client, event);
    }
  },
};

async function place(client: ClientBase, { project, environment, actor, occurredAt, data }: StoredEvent): Promise<void> {
  const { release, reason } = data as ProjectPayloads['HoldPlaced'];
  const { rowCount } = await client.query({
    name: 'hold-place',
    text: `INSERT INTO hold (project, environment, placed_by, since, reason, release_id) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT DO NOTHING`,
    values: [project, environment, actor.id, occurredAt, reason, release],
  });
  if (rowCount === 0 && release === null) throw new InlineConflict('hold', `${project}/${environment} is on hold already`);
}

async function lift(client: ClientBase, { project, environment }: StoredEvent): Promise<void> {
  const { rowCount } = await client.query({
    name: 'hold-lift',
    text: 'DELETE FROM hold WHERE project = $1 AND environment = $2',
    values: [project, environment],
  });
  if (rowCount === 0) throw new InlineConflict('hold', `${project}/${environment} is not on hold`);
}
