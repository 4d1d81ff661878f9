import type { Pool } from 'pg';

// By hand and prepared, as it stands before every signed webhook: see ADR 37.
const FIND = { name: 'secret-find', text: 'SELECT ciphertext FROM sealed_secret WHERE project = $1 AND name = $2' };

/** The sealed value of a secret. Undefined: there is none. */
export async function findCiphertext(pool: Pool, project: string, name: string): Promise<Buffer | undefined> {
  const { rows } = await pool.query<{ ciphertext: Buffer }>({ ...FIND, values: [project, name] });
  return rows[0]?.ciphertext;
}
