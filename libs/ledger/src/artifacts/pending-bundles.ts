import type { StoredEvent } from '@alloy/contracts';
import type { InlineView } from '@alloy/event-store';
import type { Payloads } from '@alloy/release';
import type { QueryConfig } from 'pg';
import type { SealedRow } from './ciphertexts';

/** Sealed bundles in memory, until the event with their digest is appended: the same transaction stores both. */
export class PendingBundles {
  private readonly rows = new Map<string, SealedRow>();

  readonly view: InlineView = {
    name: 'artifact',
    apply: async (_client, events) => events.flatMap((event) => this.statementFor(event)),
  };

  /** Holds the bundle while `append` runs. */
  async during<T>(row: SealedRow, append: (digest: string) => Promise<T>): Promise<T> {
    this.rows.set(row.digest, row);
    try {
      return await append(row.digest);
    } finally {
      this.rows.delete(row.digest);
    }
  }

  private statementFor({ type, data }: StoredEvent): QueryConfig[] {
    const row = type === 'ReleaseRequested' ? this.rows.get((data as Payloads['ReleaseRequested']).artifact) : undefined;
    return row ? [{ ...KEEP, values: [row.digest, row.release_id, row.project, row.ciphertext, row.key_id] }] : [];
  }
}

const KEEP = {
  name: 'artifact-keep',
  text: 'INSERT INTO artifact (digest, release_id, project, ciphertext, key_id) VALUES ($1, $2, $3, $4, $5)',
};

/** Whether the append failed because the release's manifests were already sealed. */
export function isSealedBefore(error: unknown): boolean {
  const { code, table } = (error ?? {}) as { readonly code?: unknown; readonly table?: unknown };
  return code === '23505' && table === 'artifact';
}
