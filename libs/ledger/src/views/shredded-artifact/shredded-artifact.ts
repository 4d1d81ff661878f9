import { releaseIdOf } from '@alloy/contracts';
import type { InlineView } from '@alloy/event-store';
import type { Payloads } from '@alloy/release';

/** Sealed manifests that can no longer be opened, so that no plan uses them. */
export const shreddedArtifactView: InlineView = {
  name: 'shredded_artifact',
  async apply(client, events) {
    for (const event of events.filter(({ type }) => type === 'ReleaseShredded')) {
      const { artifact } = event.data as Payloads['ReleaseShredded'];
      await client.query('INSERT INTO shredded_artifact (artifact, release_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [
        artifact,
        releaseIdOf(event.stream),
        event.occurredAt,
      ]);
    }
  },
};
