import type { Pool } from 'pg';
import { referencedKeys } from './referenced-keys';
import type { Keystore, NamedKey } from './keystore';

/**
 * Claims the spare keys that previous processes left, for use by this process; those of running processes may be among
 * them, and the claim decides which process gets a key. Ignores keys that this master key does not open. A key in use
 * by a bundle, whose claim was lost in a crash of the machine, is claimed again.
 */
export async function adoptSpares(pool: Pool, keystore: Keystore, opens: (key: NamedKey) => boolean): Promise<readonly NamedKey[]> {
  const spares = await keystore.spares();
  const used = await referencedKeys(pool, spares.map(({ id }) => id));
  await Promise.all([...used].map((id) => keystore.claim(id)));
  return spares.filter((key) => !used.has(key.id) && opens(key));
}
