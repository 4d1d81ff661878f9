import { releaseIdOf, type StoredEvent } from '@alloy/contracts';
import { InlineConflict, type InlineView } from '@alloy/event-store';
import type { Payloads, StableRef } from '@alloy/release';
import type { ClientBase } from 'pg';

/** Every version that was stable, numbered per project and environment; the last one is the current one. */
export const stableVersionView: InlineView = {
  name: 'stable_version',
  alone: ({ type }) => type === 'StableAdopted' || type === 'ReleasePromoted',
  async apply(client, events) {
    for (const event of events) {
      if (event.type === 'StableAdopted') await remember(client, event, (event.data as Payloads['StableAdopted']).stable);
      else if (event.type === 'ReleasePromoted') await remember(client, event, await requested(client, event));
    }
  },
};

async function requested(client: ClientBase, event: StoredEvent): Promise<StableRef> {
  const { rows } = await client.query<{ data: Payloads['ReleaseRequested'] }>({
    name: 'stable-requested',
    text: 'SELECT data FROM event WHERE stream = $1 AND version = 1',
    values: [event.stream],
  });
  const { artifact, image, imageTag } = rows[0]!.data;
  return { releaseId: releaseIdOf(event.stream)!, artifact, image, imageTag };
}

async function remember(client: ClientBase, event: StoredEvent, stable: StableRef): Promise<void> {
  const written = await client.query({
    name: 'stable-remember',
    text: `INSERT INTO stable_version (project, environment, ordinal, event_id, release_id, artifact, image, image_tag, since)
           SELECT $1, $2, coalesce(max(ordinal), 0) + 1, $3, $4, $5, $6, $7, $8 FROM stable_version WHERE project = $1 AND environment = $2
           ON CONFLICT DO NOTHING`,
    values: [
      event.project, event.environment, event.id, stable.releaseId, stable.artifact, stable.image, stable.imageTag,
      event.occurredAt,
    ],
  });
  if (written.rowCount === 0)
    throw new InlineConflict('stable_version', `another version of ${event.project}/${event.environment} became stable`);
}
