import { canonical } from './hash';
import { noHead, type Head } from './head';
import { MerkleTree } from './merkle-tree';

/** Where every stream stood when the order had come to `seq`, and the Merkle root of it. */
export class StreamHeads {
  /** The last seq that is in it. */
  seq = 0;
  private readonly tree = new MerkleTree();
  private readonly places = new Map<string, { readonly index: number; readonly head: Head }>();

  get streams(): number {
    return this.places.size;
  }

  /** Where the stream stands; version 0 if it is new. */
  of(stream: string): Head {
    return this.places.get(stream)?.head ?? noHead;
  }

  /** A new stream's leaf comes last: leaves are in the order of the streams' first events. */
  move(stream: string, head: Head): void {
    const index = this.places.get(stream)?.index ?? this.places.size;
    this.places.set(stream, { index, head });
    this.tree.set(index, canonical([stream, head.version, head.hash]));
  }

  /** Hex. */
  root(): string {
    return this.tree.root();
  }
}
