import { releaseIdOf, type StoredEvent } from '@alloy/contracts';
import { InlineConflict, type InlineView } from '@alloy/event-store';
import type { Payloads, StableRef } from '@alloy/release';
import type { ClientBase, Pool } from 'pg';
import type { StableVersions } from '../../ports';

/** Every version that was ever stable, numbered per project and environment; the last one is the current one. */
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
    values: [event.project, event.environment, event.id, stable.releaseId, stable.artifact, stable.image, stable.imageTag, event.occurredAt],
  });
  if (written.rowCount === 0) throw new InlineConflict('stable_version', `another version of ${event.project}/${event.environment} became stable`);
}

interface Row {
  readonly release_id: string | null;
  readonly artifact: string;
  readonly image: string;
  readonly image_tag: string;
  readonly since: Date;
}

const COLUMNS = 'release_id, artifact, image, image_tag, since';
const refOf = (row: Row) => ({ releaseId: row.release_id, artifact: row.artifact, image: row.image, imageTag: row.image_tag, since: row.since.toISOString() });

/** The stable versions, read from the view. */
export const stableVersions = (pool: Pool): StableVersions => ({
  async current(project, environment) {
    const { rows } = await pool.query<Row>({
      name: 'stable-current',
      text: `SELECT ${COLUMNS} FROM stable_version WHERE project = $1 AND environment = $2 ORDER BY ordinal DESC LIMIT 1`,
      values: [project, environment],
    });
    return rows[0] && refOf(rows[0]);
  },
  async all(project, environment) {
    const { rows } = await pool.query<Row & { rollback_of: string | null }>({
      name: 'stable-all',
      text: `SELECT ${COLUMNS}, (SELECT data->>'rollbackOf' FROM event WHERE stream = 'release-' || release_id AND version = 1) AS rollback_of
             FROM stable_version WHERE project = $1 AND environment = $2 ORDER BY ordinal DESC`,
      values: [project, environment],
    });
    return rows.map((row) => ({ ...refOf(row), rollbackOf: row.rollback_of }));
  },
});
