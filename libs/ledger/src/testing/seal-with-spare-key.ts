import type { Bundle } from '@alloy/contracts';
import { eventually } from '../../../../test/support/eventually';
import type { Ledger } from '../create-ledger';

/**
 * Seals until a spare key was used: `spareKeys: 2` creates two together, and the other one is ready for the next seal.
 * Returns the files of all used keys; `prefix`: of the releases.
 */
export async function sealWithSpareKey(
  { artifacts, pool }: Pick<Ledger, 'artifacts' | 'pool'>,
  bundle: Bundle,
  prefix = '01WARM',
): Promise<readonly string[]> {
  const used: string[] = [];
  await eventually(async () => {
    const releaseId = `${prefix}${used.length}`;
    await artifacts.seal(releaseId, 'shop', bundle);
    const { rows } = await pool.query<{ key_id: string | null }>('SELECT key_id FROM artifact WHERE release_id = $1', [releaseId]);
    used.push(`${rows[0]!.key_id ?? releaseId}.key`);
    expect(rows[0]!.key_id).not.toBeNull();
  });
  return used.sort();
}
