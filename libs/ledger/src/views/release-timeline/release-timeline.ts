import { releaseIdOf } from '@alloy/contracts';
import type { AsyncView } from '@alloy/event-store';
import { describeEvent } from '@alloy/catalogue';
import { isReleaseEvent, type OrderedReleaseEvent } from '../async-view';

/** A release's timeline, one line per event. */
export const releaseTimelineView: AsyncView = {
  name: 'release_timeline',
  async apply(client, events) {
    const lines = events.filter(isReleaseEvent);
    const column = (of: (event: OrderedReleaseEvent) => unknown): unknown[] => lines.map(of);
    await client.query(
      `INSERT INTO release_timeline (seq, release_id, version, event_id, at, family, type, text)
       SELECT * FROM unnest($1::bigint[], $2::text[], $3::integer[], $4::uuid[], $5::timestamptz[], $6::text[], $7::text[], $8::text[])
       ON CONFLICT (seq) DO NOTHING`,
      [
        column((e) => e.seq), column((e) => releaseIdOf(e.stream)), column((e) => e.version), column((e) => e.id),
        column((e) => e.occurredAt), column((e) => e.family), column((e) => e.type), column(describeEvent),
      ],
    );
  },
};
