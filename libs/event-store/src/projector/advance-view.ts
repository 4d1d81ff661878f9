import { crashPoint, type OrderedEvent, upcast, type Upcasters } from '@alloy/contracts';
import type { Pool, PoolClient } from 'pg';
import { readBySeq } from '../postgres/read-events';
import type { AsyncView } from './async-view';

/**
 * Folds at most `limit` further events into a view, in one transaction; returns their number. Also 0 if another replica
 * works on the view.
 */
export function advanceView(pool: Pool, view: AsyncView, upcasters: Upcasters | undefined, limit: number): Promise<number> {
  return inTransaction(pool, async (client) => {
    const key = [view.name, view.generation ?? 1];
    const { rows } = await client.query<{ seq: string }>(
      'SELECT seq FROM projection_cursor WHERE name = $1 AND generation = $2 FOR UPDATE SKIP LOCKED',
      key,
    );
    if (!rows[0]) return 0;
    const events = await readBySeq(client, { after: Number(rows[0].seq), limit });
    if (events.length === 0) return 0;
    await foldBatch(client, view, events, upcasters);
    crashPoint('view.before-commit');
    return events.length;
  });
}

/**
 * Folds the events that follow the view's cursor, and moves it; `events` is in order and not empty. Throws the
 * upcaster's error for an unknown event.
 */
export async function foldBatch(
  client: PoolClient,
  view: AsyncView,
  events: readonly OrderedEvent[],
  upcasters: Upcasters | undefined,
): Promise<void> {
  const wanted = events.filter((e) => view.types?.includes(e.type) ?? true).map((e) => upcast(e, upcasters));
  if (wanted.length > 0) await view.apply(client, wanted);
  await client.query('UPDATE projection_cursor SET seq = $3 WHERE name = $1 AND generation = $2', [
    view.name,
    view.generation ?? 1,
    events.at(-1)!.seq,
  ]);
}

/** Runs `work` in a transaction: commits it, or rolls it back if it rejects. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.release(broken);
  }
}
