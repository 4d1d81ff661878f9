import type { Pool } from 'pg';
import { referencedKeys } from './referenced-keys';
import type { Keystore, NamedKey } from './keystore';

/**
 * Spare keys that processes before have left, to be used by this one; those of processes that run are among them, and claiming decides.
 * What does not open with this master key is left where it is. A key that a bundle was sealed with, whose claim a crash of the machine lost, is claimed again.
 */
export async function adoptSpares(pool: Pool, keystore: Keystore, opens: (key: NamedKey) => boolean): Promise<readonly NamedKey[]> {
  const spares = await keystore.spares();
  const used = await referencedKeys(pool, spares.map(({ id }) => id));
  await Promise.all([...used].map((id) => keystore.claim(id)));
  return spares.filter((key) => !used.has(key.id) && opens(key));
}
