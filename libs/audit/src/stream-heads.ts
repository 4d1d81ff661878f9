import { canonical } from './hash';
import { noHead, type Head } from './head';
import { MerkleTree } from './merkle-tree';

/** The heads of all streams at position `seq` of the order, and their Merkle root. */
export class StreamHeads {
  /** Seq of the last included event. */
  seq = 0;
  private readonly tree = new MerkleTree();
  private readonly entries = new Map<string, { readonly index: number; readonly head: Head }>();

  get streams(): number {
    return this.entries.size;
  }

  /** Head of the stream; version 0 for a new stream. */
  of(stream: string): Head {
    return this.entries.get(stream)?.head ?? noHead;
  }

  /** Sets a stream's head. New streams get the last leaf, so leaves are in the order of the streams' first events. */
  move(stream: string, head: Head): void {
    const index = this.entries.get(stream)?.index ?? this.entries.size;
    this.entries.set(stream, { index, head });
    this.tree.set(index, canonical([stream, head.version, head.hash]));
  }

  /** Hex. */
  root(): string {
    return this.tree.root();
  }
}
