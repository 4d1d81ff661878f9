import { releaseIdOf } from '@alloy/contracts';
import type { InlineView } from '@alloy/event-store';
import type { Payloads } from '@alloy/release';

/** Which sealed manifests can't be opened any more: a plan must not rest on them. */
export const shreddedArtifactView: InlineView = {
  name: 'shredded_artifact',
  async apply(client, events) {
    for (const event of events.filter(({ type }) => type === 'ReleaseShredded')) {
      const { artifact } = event.data as Payloads['ReleaseShredded'];
      await client.query('INSERT INTO shredded_artifact (artifact, release_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [artifact, releaseIdOf(event.stream), event.occurredAt]);
    }
  },
};
