import type { Pool } from 'pg';
import { openBox } from '../artifacts/seal-box';
import { findCiphertext } from './find-ciphertext';
import { SecretUnreadable, type ProjectSecrets } from './project-secrets';
import { sealedFor } from './secrets-key';

/** Opens secrets for their use. */
export const openSecrets = (pool: Pool, key: Buffer): Pick<ProjectSecrets, 'open'> => ({
  async open(project, name) {
    const ciphertext = await findCiphertext(pool, project, name);
    if (ciphertext === undefined) return undefined;
    try {
      return openBox(key, ciphertext, sealedFor(project, name)).toString();
    } catch {
      throw new SecretUnreadable(project, name);
    }
  },
});
