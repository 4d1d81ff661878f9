/** A sealed bundle as in the table `artifact`. */
export interface SealedRow {
  readonly digest: string;
  readonly release_id: string;
  /** Null: the key has the name of the release. */
  readonly key_id: string | null;
  readonly project: string;
  readonly ciphertext: Buffer;
}

const MOST_BYTES = 16 * 1024 * 1024;

/**
 * The last read sealed bundles. A digest's ciphertext never changes, and is useless without its key, which is read each
 * time: a shredded bundle cannot be opened.
 */
export class Ciphertexts {
  private readonly kept = new Map<string, SealedRow>();
  private bytes = 0;

  constructor(private readonly most = MOST_BYTES) {}

  get(digest: string): SealedRow | undefined {
    const row = this.kept.get(digest);
    if (!row) return undefined;
    this.kept.delete(digest);
    this.kept.set(digest, row);
    return row;
  }

  keep(row: SealedRow): void {
    if (this.kept.has(row.digest) || row.ciphertext.length > this.most) return;
    this.kept.set(row.digest, { ...row, ciphertext: ownCopy(row.ciphertext) });
    this.bytes += row.ciphertext.length;
    for (const [digest, { ciphertext }] of this.kept) {
      if (this.bytes <= this.most) return;
      this.kept.delete(digest);
      this.bytes -= ciphertext.length;
    }
  }
}

/** A small buffer, as the driver makes it, is a part of Node's pool of 64 KiB, all of which it would keep in memory. */
function ownCopy(view: Buffer): Buffer {
  const copy = Buffer.alloc(view.length);
  view.copy(copy);
  return copy;
}
