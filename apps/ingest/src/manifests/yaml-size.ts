import { isAlias, isCollection, isMap, isNode, isPair, isScalar, type Node, type Pair } from 'yaml';

/** Maximum number of nodes, with resolved aliases. */
const MAX_NODES = 100_000;
/** Resolving one alias takes time proportional to the length of the document. */
const MAX_ALIASES = 200;

export type YamlFault = 'cycle' | 'aliases' | 'deep' | 'duplicate' | 'key';

/**
 * Checks a parsed document before aliases are resolved: its resolved size, its depth, and its keys. Linear in its
 * length.
 */
export class YamlSize {
  private readonly sizes = new Map<Node, number>();
  private readonly open = new Set<Node>();
  private readonly anchors = new Map<string, Node>();
  private aliases = 0;

  constructor(private readonly maxDepth: number) {}

  faultOf(contents: unknown): YamlFault | undefined {
    const size = this.of(contents, 0);
    if (typeof size !== 'number') return size;
    return size > MAX_NODES || this.aliases > MAX_ALIASES ? 'aliases' : undefined;
  }

  private of(node: unknown, depth: number): number | YamlFault {
    if (depth > this.maxDepth) return 'deep';
    if (isPair(node)) return this.sum([(node as Pair).key, (node as Pair).value], depth);
    if (isAlias(node)) return this.ofAlias(node.source);
    if (isNode(node) && 'anchor' in node && node.anchor) this.anchors.set(node.anchor, node);
    if (!isCollection(node)) return 1;
    if (isMap(node)) {
      const keys = keysOf(node.items);
      if (keys.some((key) => typeof key === 'boolean' || key === null)) return 'key';
      if (new Set(keys.map(String)).size < keys.length) return 'duplicate';
    }
    this.open.add(node);
    const size = this.sum(node.items, depth + 1);
    this.open.delete(node);
    if (typeof size === 'number') this.sizes.set(node, size + 1);
    return typeof size === 'number' ? size + 1 : size;
  }

  private ofAlias(source: string): number | YamlFault {
    this.aliases += 1;
    const anchored = this.anchors.get(source);
    if (anchored === undefined) return 1;
    return this.open.has(anchored) ? 'cycle' : (this.sizes.get(anchored) ?? 1);
  }

  private sum(nodes: readonly unknown[], depth: number): number | YamlFault {
    let total = 0;
    for (const node of nodes) {
      const size = this.of(node, depth);
      if (typeof size !== 'number') return size;
      total += size;
    }
    return total;
  }
}

/** The values of scalar keys, without merge keys (`<<`), which may occur more than once. */
const keysOf = (pairs: readonly Pair[]): unknown[] =>
  pairs
    .map((pair) => pair.key)
    .filter(isScalar)
    .map((key) => key.value)
    .filter((value) => value !== '<<');
