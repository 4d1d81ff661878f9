import type { Pool, PoolClient } from 'pg';
import { readBySeq } from '../postgres/read-events';
import { upcast, type Upcasters } from '../upcast';
import type { AsyncView } from './async-view';

export interface AdvanceOptions {
  /** Default: events are given as written. */
  readonly upcasters?: Upcasters | undefined;
  /** Most events. */
  readonly limit: number;
  /** Where the view's table is looked for before `public`; default: only there. */
  readonly schema?: 'rebuild';
}

/** Takes a view at most `limit` events further, in one transaction; how many it went. 0 also if another replica is at it. */
export async function advanceView(pool: Pool, view: AsyncView, options: AdvanceOptions): Promise<number> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('BEGIN');
    const moved = await advance(client, view, options);
    await client.query('COMMIT');
    return moved;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure: Error) => (broken = failure));
    throw error;
  } finally {
    client.release(broken);
  }
}

async function advance(client: PoolClient, view: AsyncView, { upcasters, limit, schema }: AdvanceOptions): Promise<number> {
  const key = [view.name, view.generation ?? 1];
  const { rows } = await client.query<{ seq: string }>('SELECT seq FROM projection_cursor WHERE name = $1 AND generation = $2 FOR UPDATE SKIP LOCKED', key);
  if (!rows[0]) return 0;
  const events = await readBySeq(client, { after: Number(rows[0].seq), limit });
  const last = events.at(-1);
  if (!last) return 0;
  const wanted = events.filter((e) => view.types?.includes(e.type) ?? true).map((e) => upcast(e, upcasters));
  if (schema) await client.query(`SET LOCAL search_path = ${schema}, public`);
  if (wanted.length > 0) await view.apply(client, wanted);
  await client.query('UPDATE projection_cursor SET seq = $3 WHERE name = $1 AND generation = $2', [...key, last.seq]);
  return events.length;
}
