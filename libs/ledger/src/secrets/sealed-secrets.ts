import type { Pool } from 'pg';
import { KEY_BYTES, openBox, sealBox } from '../artifacts/seal-box';
import { SecretUnreadable, type ProjectSecrets } from './project-secrets';

/** Secrets in the table `sealed_secret`, by a key of their own: who tells people must not be able to open manifests. */
export function sealedSecrets(pool: Pool, key: Buffer): ProjectSecrets {
  if (key.length !== KEY_BYTES) throw new RangeError(`the key of the secrets must have ${KEY_BYTES} bytes`);
  const context = (project: string, name: string) => JSON.stringify([project, name]);

  return {
    async put(project, name, value, writtenBy) {
      const { rowCount } = await pool.query(write, [project, name, sealBox(key, Buffer.from(value), context(project, name)), writtenBy]);
      return rowCount === 1;
    },
    async remove(project, name) {
      const { rowCount } = await pool.query('DELETE FROM sealed_secret WHERE project = $1 AND name = $2', [project, name]);
      return rowCount === 1;
    },
    async list(project) {
      const { rows } = await pool.query<{ name: string; written_by: string; written_at: Date }>('SELECT name, written_by, written_at FROM sealed_secret WHERE project = $1 ORDER BY name', [project]);
      return rows.map((row) => ({ name: row.name, writtenBy: row.written_by, writtenAt: row.written_at.toISOString() }));
    },
    async open(project, name) {
      const { rows } = await pool.query<{ ciphertext: Buffer }>('SELECT ciphertext FROM sealed_secret WHERE project = $1 AND name = $2', [project, name]);
      if (!rows[0]) return undefined;
      try {
        return openBox(key, rows[0].ciphertext, context(project, name)).toString();
      } catch {
        throw new SecretUnreadable(project, name);
      }
    },
  };
}

const write = `
  INSERT INTO sealed_secret (project, name, ciphertext, written_by) SELECT id, $2, $3, $4 FROM project WHERE id = $1
  ON CONFLICT (project, name) DO UPDATE SET ciphertext = EXCLUDED.ciphertext, written_by = EXCLUDED.written_by, written_at = clock_timestamp()`;
