import type { Pool } from 'pg';
import type { Keystore } from './keystore';
import { referencedKeys } from './referenced-keys';

/** Longer than any request takes, and than an idempotency key reserves the id of a release. */
const MIN_AGE_MS = 2 * 86_400_000;

/**
 * Removes key files that no sealed bundle needs: those of killed processes, and spare keys from before they had
 * separate names. Returns their number. Only files older than two days, and older than the newest file to which the
 * database refers: an empty database, one of another keystore, or one just restored from a backup removes nothing.
 */
export async function purgeKeys(pool: Pool, keystore: Keystore, now = Date.now()): Promise<number> {
  const files = await keystore.files();
  const needed = await referencedKeys(pool, files.flatMap(({ id }) => id ?? []));
  const newest = Math.max(...files.filter(({ id }) => id !== null && needed.has(id)).map(({ writtenAt }) => writtenAt));
  const unneeded = files.filter(
    ({ id, writtenAt }) => !(id !== null && needed.has(id)) && writtenAt < newest && writtenAt < now - MIN_AGE_MS,
  );
  await keystore.remove(unneeded);
  return unneeded.length;
}
