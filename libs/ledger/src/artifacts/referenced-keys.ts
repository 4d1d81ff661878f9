import type { Pool } from 'pg';

const REFERENCED = 'SELECT id FROM unnest($1::text[]) AS id WHERE EXISTS (SELECT FROM artifact WHERE coalesce(key_id, release_id) = id)';

/** The keys among `ids` that a sealed bundle needs. */
export async function referencedKeys(pool: Pool, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await pool.query<{ id: string }>(REFERENCED, [ids]);
  return new Set(rows.map(({ id }) => id));
}
