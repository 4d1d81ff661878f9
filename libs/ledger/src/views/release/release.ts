import { releaseIdOf, type StoredEvent } from '@alloy/contracts';
import type { InlineView } from '@alloy/event-store';
import { due } from '@alloy/release';
import type { ClientBase } from 'pg';
import { foldStream } from '../../release-log/fold-stream';
import { isEnded } from '../../release-log/status';

/** Reads a stream by the client of a transaction, upcast. */
export type ReadStream = (client: ClientBase, stream: string) => Promise<readonly StoredEvent[]>;

/** Status, who must act next, and when: what the services' sweeps and timers look at. */
export const releaseView = (readStream: ReadStream): InlineView => ({
  name: 'release',
  async apply(client, events) {
    const streams = new Set(events.map((event) => event.stream).filter((stream) => releaseIdOf(stream) !== undefined));
    for (const stream of streams) await write(client, stream, await whole(stream, events, (wanted) => readStream(client, wanted)));
  },
});

/** The stream's events: those just appended, if it begins with them. */
async function whole(stream: string, appended: readonly StoredEvent[], read: (stream: string) => Promise<readonly StoredEvent[]>): Promise<readonly StoredEvent[]> {
  const own = appended.filter((event) => event.stream === stream);
  return own[0]?.version === 1 ? own : read(stream);
}

async function write(client: ClientBase, stream: string, events: readonly StoredEvent[]): Promise<void> {
  const state = foldStream(releaseIdOf(stream)!, events);
  if (state.status === 'none') return;
  const { awaits, nextDueAt } = due(state);
  await client.query({
    name: 'release-write',
    text: `INSERT INTO release (release_id, project, environment, status, version, awaits, next_due_at, requested_at, updated_at, ended)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
           ON CONFLICT (release_id) DO UPDATE SET status = EXCLUDED.status, version = EXCLUDED.version, awaits = EXCLUDED.awaits,
             next_due_at = EXCLUDED.next_due_at, updated_at = EXCLUDED.updated_at, ended = EXCLUDED.ended`,
    values: [
      state.releaseId, state.project, state.environment, state.status, state.version, awaits, nextDueAt,
      state.requestedAt, state.updatedAt, isEnded(state.status),
    ],
  });
}
