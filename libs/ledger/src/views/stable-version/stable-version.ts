import { releaseIdOf, type StoredEvent } from '@alloy/contracts';
import { InlineConflict, type InlineView } from '@alloy/event-store';
import type { Payloads, StableRef, Target } from '@alloy/release';
import type { ClientBase } from 'pg';

/**
 * Every version that was stable, numbered per project and environment; the last one is the current one. A row
 * `handed_back` means that none is.
 */
export const stableVersionView: InlineView = {
  name: 'stable_version',
  alone: ({ type }) => type === 'StableAdopted' || type === 'ReleasePromoted' || type === 'ReleaseHandedBack',
  async apply(client, events) {
    for (const event of events) {
      if (event.type === 'StableAdopted') await remember(client, event, adopted(event.data as Payloads['StableAdopted']));
      else if (event.type === 'ReleaseHandedBack') await remember(client, event, { ...(await promoted(client, event)), handedBack: true });
      else if (isNew(event)) await remember(client, event, await promoted(client, event));
    }
  },
};

/** A release whose version was stable already leaves it as it is. */
const isNew = ({ type, data }: StoredEvent): boolean =>
  type === 'ReleasePromoted' && (data as Payloads['ReleasePromoted']).reason.code !== 'already_stable';

/** A version that becomes stable. */
interface Became {
  readonly stable: StableRef;
  readonly judged: boolean;
  readonly target: Target | undefined;
  /** Instead, none is stable any more. Default false. */
  readonly handedBack?: boolean;
}

const adopted = ({ stable, target }: Payloads['StableAdopted']): Became => ({ stable, judged: false, target });

async function promoted(client: ClientBase, event: StoredEvent): Promise<Became> {
  const { rows } = await client.query<{ request: Payloads['ReleaseRequested']; target: Target | null }>({
    name: 'stable-promoted',
    text: `SELECT data AS request, (SELECT data->'plan'->'steps'->0->'target' FROM event WHERE stream = $1 AND type = 'ReleasePlanned')
             AS target FROM event WHERE stream = $1 AND version = 1`,
    values: [event.stream],
  });
  const { request: { artifact, image, imageTag, workload, emergency = false }, target } = rows[0]!;
  const stable = { releaseId: releaseIdOf(event.stream)!, artifact, image, imageTag };
  return { stable, judged: !emergency, target: target === null ? undefined : { workload, ...target } };
}

async function remember(client: ClientBase, event: StoredEvent, { stable, judged, target, handedBack = false }: Became): Promise<void> {
  const written = await client.query({
    name: 'stable-remember',
    text: `INSERT INTO stable_version (project, environment, ordinal, event_id, release_id, artifact, image, image_tag, since, judged,
             cluster, namespace, workload, handed_back)
           SELECT $1, $2, coalesce(max(ordinal), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
             FROM stable_version WHERE project = $1 AND environment = $2
           ON CONFLICT DO NOTHING`,
    values: [
      event.project, event.environment, event.id, stable.releaseId, stable.artifact, stable.image, stable.imageTag,
      event.occurredAt, judged, target?.cluster, target?.namespace, target?.workload,
      handedBack,
    ],
  });
  if (written.rowCount === 0)
    throw new InlineConflict('stable_version', `another version of ${event.project}/${event.environment} became stable`);
}
