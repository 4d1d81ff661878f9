import type { Pool } from 'pg';

// A prepared statement instead of TypeORM, because every signed webhook waits for it: see ADR 37.
const FIND = { name: 'secret-find', text: 'SELECT ciphertext FROM sealed_secret WHERE project = $1 AND name = $2' };

/** The sealed value of a secret. Undefined: it does not exist. */
export async function findCiphertext(pool: Pool, project: string, name: string): Promise<Buffer | undefined> {
  const { rows } = await pool.query<{ ciphertext: Buffer }>({ ...FIND, values: [project, name] });
  return rows[0]?.ciphertext;
}
