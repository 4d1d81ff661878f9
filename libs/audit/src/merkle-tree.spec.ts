import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { MerkleTree } from './merkle-tree';

const sha256 = (...parts: readonly Buffer[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** Reference implementation of RFC 6962, section 2.1. */
function rfc6962(leaves: readonly string[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256(Buffer.of(0), Buffer.from(leaves[0]!));
  const k = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return sha256(Buffer.of(1), rfc6962(leaves.slice(0, k)), rfc6962(leaves.slice(k)));
}

describe('MerkleTree', () => {
  it('has the root of RFC 6962 after any appends and replacements', () => {
    const change = fc.record({ at: fc.nat(), content: fc.string(), ask: fc.boolean() });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const tree = new MerkleTree();
        const leaves: string[] = [];
        for (const { at, content, ask } of changes) {
          const index = at % (leaves.length + 1);
          leaves[index] = content;
          tree.set(index, content);
          if (ask) expect(tree.root()).toBe(rfc6962(leaves).toString('hex'));
        }
        expect(tree.root()).toBe(rfc6962(leaves).toString('hex'));
        expect(tree.size).toBe(leaves.length);
      }),
    );
  });

  it('has another root for any other leaf', () => {
    const tree = new MerkleTree();
    for (const content of ['a', 'b', 'c', 'd', 'e']) tree.set(tree.size, content);
    const before = tree.root();
    tree.set(4, 'f');
    expect(tree.root()).not.toBe(before);
    tree.set(4, 'e');
    expect(tree.root()).toBe(before);
  });
});
