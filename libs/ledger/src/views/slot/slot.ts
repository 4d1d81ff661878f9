import { releaseIdOf, type StoredEvent } from '@alloy/contracts';
import { InlineConflict, type InlineView } from '@alloy/event-store';
import { unplannedStatuses, type Payloads } from '@alloy/release';
import type { ClientBase } from 'pg';
import { isEnding } from '../../release-log/status';

/**
 * The one active release of a project and environment. Taken with `ReleasePlanned` (refuses the append with
 * `InlineConflict` if another release holds it, or the counter was used meanwhile), freed by the decision that ends the
 * holder, which also makes the waiting releases due.
 */
export const slotView: InlineView = {
  name: 'slot',
  alone: ({ type }) => type === 'ReleasePlanned' || isEnding(type),
  async apply(client, events) {
    for (const event of events) {
      if (event.type === 'ReleasePlanned') await take(client, event);
      else if (isEnding(event.type)) await free(client, event);
    }
  },
};

async function take(client: ClientBase, event: StoredEvent): Promise<void> {
  const { slotCounter } = event.data as Payloads['ReleasePlanned'];
  const slot = await client.query({
    name: 'slot-take',
    text: 'INSERT INTO slot (project, environment, release_id, counter, since) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING',
    values: [event.project, event.environment, releaseIdOf(event.stream), slotCounter, event.occurredAt],
  });
  if (slot.rowCount === 0) throw new InlineConflict('slot', `the slot of ${event.project}/${event.environment} is taken`);
  const counter = await client.query({
    name: 'slot-count',
    text: `INSERT INTO slot_counter (project, environment, counter) VALUES ($1, $2, $3)
           ON CONFLICT (project, environment) DO UPDATE SET counter = EXCLUDED.counter WHERE slot_counter.counter < EXCLUDED.counter`,
    values: [event.project, event.environment, slotCounter],
  });
  if (counter.rowCount === 0)
    throw new InlineConflict('slot', `slot counter ${slotCounter} of ${event.project}/${event.environment} is already used`);
}

async function free(client: ClientBase, event: StoredEvent): Promise<void> {
  const freed = await client.query({
    name: 'slot-free',
    text: 'DELETE FROM slot WHERE release_id = $1',
    values: [releaseIdOf(event.stream)],
  });
  if (freed.rowCount === 0) return;
  // All transactions lock in the same order, and wait for a row that an append changes.
  await client.query({
    name: 'slot-wake',
    text: `WITH waiting AS (
             SELECT release_id FROM release
             WHERE project = $1 AND environment = $2 AND status = ANY($3) AND release_id <> $4
             ORDER BY release_id FOR UPDATE)
           UPDATE release SET awaits = '{planner}', next_due_at = clock_timestamp() FROM waiting
             WHERE release.release_id = waiting.release_id`,
    values: [event.project, event.environment, unplannedStatuses, releaseIdOf(event.stream)],
  });
}
