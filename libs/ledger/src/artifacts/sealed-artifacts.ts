import { randomUUID } from 'node:crypto';
import type { Bundle } from '@alloy/contracts';
import type { Pool } from 'pg';
import { ArtifactUnreadable, type ArtifactStore } from '../ports';
import { Ciphertexts, type SealedRow } from './ciphertexts';
import type { Keystore } from './keystore';
import { deriveKey, hmac, KEY_BYTES, newKey, openBox, sealBox, sha256 } from './seal-box';
import { SpareKeys, type DataKey } from './spare-keys';

/** Its commit waits for no disk: the log's does, and takes along all that was committed before it, so that no event ever names a bundle that is not there. */
const SEAL = {
  name: 'artifact-seal',
  text: `WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
         INSERT INTO artifact (digest, release_id, project, ciphertext, key_id) SELECT $1::text, $2::text, $3::text, $4::bytea, $5::text FROM unhurried
         ON CONFLICT DO NOTHING RETURNING digest`,
};

export interface SealedArtifacts extends ArtifactStore {
  close(): Promise<void>;
}

/** Bundles sealed in the table `artifact`; the data keys, wrapped by the master key, lie in the keystore, `spares` of them before they are needed. */
export function sealedArtifacts(pool: Pool, master: Buffer, keystore: Keystore, spares: number): SealedArtifacts {
  if (master.length !== KEY_BYTES) throw new RangeError(`the master key must have ${KEY_BYTES} bytes`);
  const wrapping = deriveKey(master, 'alloy/artifact/wrap');
  const ciphertexts = new Ciphertexts();
  const keyNamed = async (id: string): Promise<DataKey> => ({ id, wrapped: await keystore.keep(id, sealBox(wrapping, newKey(), id)) });
  const spare = spares > 0 ? new SpareKeys({ count: spares, make: () => keyNamed(randomUUID()), destroy: (id) => keystore.destroy(id) }) : undefined;

  return {
    async seal(releaseId, project, bundle) {
      const sealed = await digestOf(pool, releaseId);
      if (sealed !== undefined) return sealed;
      const key = spare?.take() ?? (await keyNamed(releaseId));
      const ciphertext = sealBox(openBox(wrapping, key.wrapped, key.id), Buffer.from(JSON.stringify(bundle)), `${project}/${releaseId}`);
      const { rows } = await pool.query<{ digest: string }>({ ...SEAL, values: [sha256(ciphertext), releaseId, project, ciphertext, key.id === releaseId ? null : key.id] });
      if (rows[0]) return rows[0].digest;
      // Somebody else was faster.
      if (key.id !== releaseId) await keystore.destroy(key.id);
      return (await digestOf(pool, releaseId))!;
    },

    async open(digest) {
      const row = ciphertexts.get(digest) ?? (await find(pool, digest));
      if (row === undefined) throw new ArtifactUnreadable(digest, 'unknown');
      if (sha256(row.ciphertext) !== digest) throw new ArtifactUnreadable(digest, 'changed since it was sealed');
      ciphertexts.keep(row);
      const wrapped = await keystore.get(keyOf(row));
      if (wrapped === undefined) throw new ArtifactUnreadable(digest, 'its key was destroyed');
      try {
        return JSON.parse(openBox(openBox(wrapping, wrapped, keyOf(row)), row.ciphertext, `${row.project}/${row.release_id}`).toString()) as Bundle;
      } catch {
        throw new ArtifactUnreadable(digest, 'does not open with this master key');
      }
    },

    async shred(digest) {
      const row = await find(pool, digest);
      if (row === undefined) throw new ArtifactUnreadable(digest, 'unknown');
      await keystore.destroy(keyOf(row));
    },

    async isRestorable(digest) {
      const row = await find(pool, digest);
      return row !== undefined && (await keystore.get(keyOf(row))) !== undefined;
    },

    nameHash: (project, content) => hmac(deriveKey(master, `alloy/name/${project}`), content),
    close: async () => spare?.close(),
  };
}

const keyOf = ({ key_id: own, release_id: release }: SealedRow): string => own ?? release;

async function digestOf(pool: Pool, releaseId: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ digest: string }>({ name: 'artifact-digest', text: 'SELECT digest FROM artifact WHERE release_id = $1', values: [releaseId] });
  return rows[0]?.digest;
}

async function find(pool: Pool, digest: string): Promise<SealedRow | undefined> {
  const { rows } = await pool.query<SealedRow>({ name: 'artifact-find', text: 'SELECT digest, release_id, project, ciphertext, key_id FROM artifact WHERE digest = $1', values: [digest] });
  return rows[0];
}
