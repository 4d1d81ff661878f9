import { createHash } from 'node:crypto';

/** Root of an empty tree: SHA-256 of an empty string (RFC 6962). */
const EMPTY = createHash('sha256').digest();

/**
 * A Merkle tree (RFC 6962, section 2.1) whose leaves can be appended and replaced; rehashes only what changed since the
 * last root.
 */
export class MerkleTree {
  /** By level, leaves first; a node without a right sibling is its own parent. */
  private readonly levels: Buffer[][] = [[]];
  private dirty = new Set<number>();

  get size(): number {
    return this.levels[0]!.length;
  }

  /** `index`: of an existing leaf, or `size` for a new one. */
  set(index: number, content: string): void {
    this.levels[0]![index] = hash(0, Buffer.from(content));
    this.dirty.add(index);
  }

  /** Hex. */
  root(): string {
    let changed = this.dirty;
    for (let level = 0; this.levels[level]!.length > 1; level += 1) changed = this.hashParents(level, changed);
    this.dirty = new Set();
    return (this.levels.at(-1)![0] ?? EMPTY).toString('hex');
  }

  private hashParents(level: number, changed: ReadonlySet<number>): Set<number> {
    const nodes = this.levels[level]!;
    const parents = (this.levels[level + 1] ??= []);
    const indices = new Set([...changed].map((index) => index >> 1));
    for (const index of indices) {
      const right = nodes[index * 2 + 1];
      parents[index] = right ? hash(1, nodes[index * 2]!, right) : nodes[index * 2]!;
    }
    return indices;
  }
}

/** The `kind` prefix prevents that a leaf (0) is accepted as a node (1). */
function hash(kind: 0 | 1, ...parts: readonly Buffer[]): Buffer {
  const digest = createHash('sha256').update(Buffer.of(kind));
  for (const part of parts) digest.update(part);
  return digest.digest();
}
