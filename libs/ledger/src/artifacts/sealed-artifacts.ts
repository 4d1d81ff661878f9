import { randomUUID } from 'node:crypto';
import type { Bundle } from '@alloy/contracts';
import { InlineConflict, VersionConflict, type InlineView } from '@alloy/event-store';
import type { Pool } from 'pg';
import { ArtifactUnreadable, type ArtifactStore } from '../ports';
import { Ciphertexts, type SealedRow } from './ciphertexts';
import type { Keystore, NamedKey } from './keystore';
import { isSealedBefore, PendingBundles } from './pending-bundles';
import { deriveKey, hmac, KEY_BYTES, newKey, openBox, sealBox, sha256 } from './seal-box';
import { adoptSpares } from './adopt-spares';
import { SpareKeys } from './spare-keys';
import { purgeKeys } from './purge-keys';

/**
 * Its commit does not wait for the disk. The commit of the event does, and includes all earlier commits, so no event
 * refers to a missing bundle.
 */
const SEAL = {
  name: 'artifact-seal',
  text: `WITH unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
         INSERT INTO artifact (digest, release_id, project, ciphertext, key_id)
           SELECT $1::text, $2::text, $3::text, $4::bytea, $5::text FROM unhurried
         ON CONFLICT DO NOTHING RETURNING digest`,
};

export interface SealedArtifacts extends ArtifactStore {
  /** Stores the bundles that `sealWith` seals. */
  readonly view: InlineView;
  close(): Promise<void>;
}

/**
 * Bundles sealed in the table `artifact`; the data keys, wrapped by the master key, are in the keystore, `spares` of
 * them in advance.
 */
export function sealedArtifacts(pool: Pool, master: Buffer, keystore: Keystore, spares: number): SealedArtifacts {
  if (master.length !== KEY_BYTES) throw new RangeError(`the master key must have ${KEY_BYTES} bytes`);
  const wrapping = deriveKey(master, 'alloy/artifact/wrap');
  const ciphertexts = new Ciphertexts();
  const pending = new PendingBundles();
  const wrapped = (id: string): NamedKey => ({ id, wrapped: sealBox(wrapping, newKey(), id) });
  const keyNamed = async (id: string): Promise<NamedKey> => ({ id, wrapped: await keystore.keep(id, wrapped(id).wrapped) });
  const manyKeys = async (count: number): Promise<readonly NamedKey[]> => {
    const keys = Array.from({ length: count }, () => wrapped(randomUUID()));
    await keystore.keepSpares(keys);
    return keys;
  };
  const opens = ({ id, wrapped: key }: NamedKey): boolean => {
    try {
      return openBox(wrapping, key, id).length === KEY_BYTES;
    } catch {
      return false;
    }
  };
  const adopt = () => adoptSpares(pool, keystore, opens);
  const spare =
    spares > 0
      ? new SpareKeys({ count: spares, adopt, make: manyKeys, claim: (id) => keystore.claim(id), discard: (ids) => keystore.discard(ids) })
      : undefined;

  const sealed = async (releaseId: string, project: string, bundle: Bundle): Promise<SealedRow> => {
    const key = (await spare?.take()) ?? (await keyNamed(releaseId));
    const ciphertext = sealBox(openBox(wrapping, key.wrapped, key.id), Buffer.from(JSON.stringify(bundle)), `${project}/${releaseId}`);
    return { digest: sha256(ciphertext), release_id: releaseId, key_id: key.id === releaseId ? null : key.id, project, ciphertext };
  };
  /** A key with the name of the release may be in use by another process. */
  const giveUp = async ({ key_id: key }: SealedRow): Promise<void> => (key === null ? undefined : keystore.destroy(key));

  return {
    view: pending.view,

    async seal(releaseId, project, bundle) {
      const before = await digestOf(pool, releaseId);
      if (before !== undefined) return before;
      const row = await sealed(releaseId, project, bundle);
      const { rows } = await pool.query<{ digest: string }>({
        ...SEAL,
        values: [row.digest, releaseId, project, row.ciphertext, row.key_id],
      });
      if (rows[0]) return rows[0].digest;
      // Another process sealed first.
      await giveUp(row);
      return (await digestOf(pool, releaseId))!;
    },

    async sealWith(releaseId, project, bundle, append) {
      const row = await sealed(releaseId, project, bundle);
      try {
        return await pending.during(row, append);
      } catch (error) {
        // After any other error the COMMIT may have succeeded.
        const isRefused = error instanceof VersionConflict || error instanceof InlineConflict || isSealedBefore(error);
        if (isRefused) await giveUp(row);
        if (!isSealedBefore(error)) throw error;
        return append((await digestOf(pool, releaseId))!);
      }
    },

    async open(digest) {
      const row = ciphertexts.get(digest) ?? (await find(pool, digest));
      if (row === undefined) throw new ArtifactUnreadable(digest, 'unknown');
      if (sha256(row.ciphertext) !== digest) throw new ArtifactUnreadable(digest, 'changed since it was sealed');
      ciphertexts.keep(row);
      const key = await keystore.get(keyOf(row));
      if (key === undefined) throw new ArtifactUnreadable(digest, 'its key was destroyed');
      try {
        return JSON.parse(
          openBox(openBox(wrapping, key, keyOf(row)), row.ciphertext, `${row.project}/${row.release_id}`).toString(),
        ) as Bundle;
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
    purgeKeys: () => purgeKeys(pool, keystore),
    close: async () => spare?.close(),
  };
}

const keyOf = ({ key_id: own, release_id: release }: SealedRow): string => own ?? release;

async function digestOf(pool: Pool, releaseId: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ digest: string }>({
    name: 'artifact-digest',
    text: 'SELECT digest FROM artifact WHERE release_id = $1',
    values: [releaseId],
  });
  return rows[0]?.digest;
}

async function find(pool: Pool, digest: string): Promise<SealedRow | undefined> {
  const { rows } = await pool.query<SealedRow>({
    name: 'artifact-find',
    text: 'SELECT digest, release_id, project, ciphertext, key_id FROM artifact WHERE digest = $1',
    values: [digest],
  });
  return rows[0];
}
