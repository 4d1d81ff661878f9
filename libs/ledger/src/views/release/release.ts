import { releaseIdOf, type StoredEvent } from '@alloy/contracts';
import type { InlineView } from '@alloy/event-store';
import { due, type State } from '@alloy/release';
import type { ClientBase, QueryConfig } from 'pg';
import { historyOf, type Histories } from '../../release-log/histories';
import { isEnded } from '../../release-log/status';

/** Reads a stream with the client of a transaction, upcast. */
export type ReadStream = (client: ClientBase, stream: string) => Promise<readonly StoredEvent[]>;

/** The status, the services that must act next, and the due time, for the services' resyncs and timers. */
export const releaseView = (histories: Pick<Histories, 'followedBy'>, readStream: ReadStream): InlineView => ({
  name: 'release',
  async apply(client, events) {
    const states: State[] = [];
    // All writers lock in the same order.
    for (const stream of [...new Set(events.map((event) => event.stream))].sort()) {
      if (releaseIdOf(stream) === undefined) continue;
      const history =
        histories.followedBy(
          stream,
          events.filter((event) => event.stream === stream),
        ) ?? historyOf(stream, await readStream(client, stream));
      states.push(history.state);
    }
    return write(states.filter((state): state is Known => state.status !== 'none'));
  },
});

type Known = Exclude<State, { readonly status: 'none' }>;

function write(states: readonly Known[]): readonly QueryConfig[] {
  if (states.length === 0) return [];
  const rows = states.map((state) => ({ state, ...due(state) }));
  const column = (of: (row: (typeof rows)[number]) => unknown): unknown[] => rows.map(of);
  const statement = {
    name: 'release-write',
    text: `INSERT INTO release (release_id, project, environment, status, version, awaits, next_due_at, requested_at, updated_at, ended)
           SELECT release_id, project, environment, status, version, awaits::text[], next_due_at, requested_at, updated_at, ended
           FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::timestamptz[],
             $8::timestamptz[], $9::timestamptz[], $10::boolean[])
             AS r(release_id, project, environment, status, version, awaits, next_due_at, requested_at, updated_at, ended)
           ON CONFLICT (release_id) DO UPDATE SET status = EXCLUDED.status, version = EXCLUDED.version, awaits = EXCLUDED.awaits,
             next_due_at = EXCLUDED.next_due_at, updated_at = EXCLUDED.updated_at, ended = EXCLUDED.ended`,
    values: [
      column(({ state }) => state.releaseId),
      column(({ state }) => state.project),
      column(({ state }) => state.environment),
      column(({ state }) => state.status),
      column(({ state }) => state.version),
      column(({ awaits }) => `{${awaits.join()}}`),
      column(({ nextDueAt }) => nextDueAt),
      column(({ state }) => state.requestedAt),
      column(({ state }) => state.updatedAt),
      column(({ state }) => isEnded(state.status)),
    ],
  };
  return [statement];
}
