import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';

/** A place in a text, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** An error in a text. */
export interface Fault extends Position {
  /** Keys and indices separated by dots; empty: the whole text. */
  readonly path: string;
  readonly text: string;
}

type Step = string | number;

/** A parsed YAML object that knows where its parts are. */
export interface Positioned {
  readonly value: Readonly<Record<string, unknown>>;
  /** The key at this path, or its value, or else the deepest part of the path that exists. */
  at(path: readonly Step[], part: 'key' | 'value'): Position;
}

const START: Position = { line: 1, column: 1 };

/** Parses one YAML object; an empty text is an empty object. */
export function parsePositioned(text: string): Positioned | { readonly faults: readonly Fault[] } {
  const lines = new LineCounter();
  const faultsOf = (message: string, place: Position) => ({ faults: [{ path: '', text: message.split('\n')[0]!, ...place }] });
  try {
    const document = parseDocument(text, { logLevel: 'silent', prettyErrors: false, lineCounter: lines });
    const [error] = document.errors;
    if (error) return faultsOf(error.message, placeOf(lines, error.pos[0]));
    const value: unknown = document.toJS({ maxAliasCount: 0 }) ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) return faultsOf('a policy must be an object', START);
    return { value: value as Readonly<Record<string, unknown>>, at: (path, part) => placeOf(lines, offsetOf(document, path, part)) };
  } catch (error) {
    return faultsOf((error as Error).message, START);
  }
}

function placeOf(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), column: Math.max(col, 1) };
}

function offsetOf(document: Document, path: readonly Step[], part: 'key' | 'value'): number {
  let node = document.contents as Node | null;
  let offset = startOf(node) ?? 0;
  for (const [index, step] of path.entries()) {
    if (isSeq(node)) node = (node.items[Number(step)] ?? null) as Node | null;
    else if (isMap(node)) {
      const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step));
      if (!pair) return offset;
      const key = startOf(pair.key as Node) ?? offset;
      node = pair.value as Node | null;
      if (index === path.length - 1 && part === 'key') return key;
      offset = startOf(node) ?? key;
      continue;
    } else return offset;
    offset = startOf(node) ?? offset;
  }
  return offset;
}

const startOf = (node: Node | null): number | undefined => node?.range?.[0];
