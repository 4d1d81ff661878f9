import { releaseIdOf } from '@alloy/contracts';
import type { AsyncView } from '@alloy/event-store';
import { isReleaseEvent } from '../async-view';
import { describeEvent } from './describe-event';

/** A release's story, one line per event. */
export const releaseTimelineView: AsyncView = {
  name: 'release_timeline',
  async apply(client, events) {
    for (const event of events.filter(isReleaseEvent)) {
      await client.query(
        `INSERT INTO release_timeline (seq, release_id, version, event_id, at, family, type, text) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (seq) DO NOTHING`,
        [event.seq, releaseIdOf(event.stream), event.version, event.id, event.occurredAt, event.family, event.type, describeEvent(event)],
      );
    }
  },
};
