import type { Pool } from 'pg';
import type { AsyncView } from './async-view';

/** The number of events in the order that each view does not contain yet, by its name. */
export async function projectionLag(pool: Pool, views: readonly AsyncView[]): Promise<Readonly<Record<string, number>>> {
  const { rows } = await pool.query<{ name: string; lag: string }>(
    `SELECT name, (SELECT coalesce(max(seq), 0) FROM event_order) - coalesce(at.seq, 0) AS lag
       FROM unnest($1::text[], $2::integer[]) AS mine(name, generation) LEFT JOIN projection_cursor AS at USING (name, generation)`,
    [views.map(({ name }) => name), views.map(({ generation = 1 }) => generation)],
  );
  return Object.fromEntries(rows.map(({ name, lag }) => [name, Math.max(0, Number(lag))]));
}
