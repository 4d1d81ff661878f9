import { type StoredEvent, upcast, type Upcasters } from '@alloy/contracts';
import type { Pool, PoolClient } from 'pg';
import type { InlineView, StreamAppend } from '../ports';
import { record } from '../record';
import { insertEvents } from './insert-events';
import { readHeads } from './read-heads';

export interface AppendParts {
  readonly pool: Pool;
  readonly inlineViews: readonly InlineView[];
  readonly upcasters: Upcasters | undefined;
}

/** One attempt, in one transaction. `appends` is prepared and not empty. Rejects with whatever went wrong. */
export async function appendOnce({ pool, inlineViews, upcasters }: AppendParts, appends: readonly StreamAppend[]): Promise<readonly StoredEvent[]> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const { heads, now } = await readHeads(client, appends.map((a) => a.stream));
    const recorded = record(appends, heads, now);
    // The transaction's first write: its id must be younger than that of whoever wrote the head just read.
    await insertEvents(client, recorded);
    const events = recorded.map((event) => upcast(event, upcasters));
    for (const view of inlineViews) await view.apply(client, events);
    await client.query('COMMIT');
    return events;
  } catch (error) {
    broken = await rollback(client);
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Gives the error of a connection that can't be used any more. */
async function rollback(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
