import { EVENT_ID, getScalarValue, SCALAR_STYLE, type Event, type ScalarEvent } from 'js-yaml';
import { decodeFile } from './decode-file';
import type { Result } from './finding';
import { documentStarts, NotYaml, parseDocument, type YamlDocument } from './yaml-document';
import { placeAt, type Place } from './yaml-place';

const POINTER = /^\/files\/([^/]+)\/(\d+)(?:\/(.*))?$/s;
/** More findings than one answer has. */
const MAX_LOCATED = 20;

/**
 * The same result; findings in the files of a request have the line and the column of the value to which they point,
 * or of the nearest mapping around it. Parses the files again.
 */
export function withPlaces<T>(result: Result<T>, files: Readonly<Record<string, string>>): Result<T> {
  if (result.ok) return result;
  const parsed = new Map<string, ParsedFile | undefined>();
  const fileOf = (name: string): ParsedFile | undefined => {
    if (!parsed.has(name)) parsed.set(name, Object.hasOwn(files, name) ? parse(files[name]!) : undefined);
    return parsed.get(name);
  };
  const findings = result.findings.map((finding, i) => {
    const [, name, document, path] = POINTER.exec(finding.pointer) ?? [];
    if (name === undefined || finding.place || i >= MAX_LOCATED) return finding;
    const place = fileOf(unescaped(name))?.find(Number(document), stepsOf(path));
    return place ? { ...finding, place } : finding;
  });
  return { ok: false, findings };
}

const unescaped = (step: string): string => step.replaceAll('~1', '/').replaceAll('~0', '~');
const stepsOf = (path: string | undefined): readonly string[] => (path === undefined ? [] : path.split('/').map(unescaped));

/** Undefined: the file can't be parsed, which its own finding reports. */
function parse(value: string): ParsedFile | undefined {
  const text = decodeFile(value, '');
  try {
    return text.ok ? new ParsedFile(text.value) : undefined;
  } catch (error) {
    if (error instanceof NotYaml) return undefined;
    throw error;
  }
}

class ParsedFile {
  private readonly documents: readonly { readonly tree: Tree; readonly content: number }[];

  constructor(private readonly text: string) {
    const starts = documentStarts(text, Infinity);
    this.documents = starts.flatMap((start, i) => {
      const tree = new Tree(parseDocument(text.slice(start, starts[i + 1]), start));
      return tree.contents().map((content) => ({ tree, content }));
    });
  }

  /** The place of the value at `steps` in a document, without the empty ones. */
  find(document: number, steps: readonly string[]): Place | undefined {
    const found = this.documents[document];
    return found && placeAt(this.text, found.tree.find(found.content, steps));
  }
}

/** The events of a part of a file as a tree: nodes are indices of events. */
class Tree {
  /** By node, the index after it. */
  private readonly ends: number[] = [];

  constructor(private readonly parsed: YamlDocument) {
    const open: number[] = [];
    for (const [i, { type }] of parsed.events.entries()) {
      if (type === EVENT_ID.POP) this.ends[open.pop()!] = i + 1;
      else if (type === EVENT_ID.SCALAR || type === EVENT_ID.ALIAS) this.ends[i] = i + 1;
      else open.push(i);
    }
  }

  /** The contents of the documents that are not empty. */
  contents(): readonly number[] {
    return this.parsed.events.flatMap(({ type }, i) => (type === EVENT_ID.DOCUMENT && !this.isNull(i + 1) ? [i + 1] : []));
  }

  /** The position in the file of the value, or of the nearest mapping around it. */
  find(content: number, steps: readonly string[]): number {
    let node = content;
    let position = this.positionOf(content);
    for (const step of steps) {
      const child = this.childOf(node, step);
      if (!child) break;
      ({ node, position } = child);
    }
    return this.parsed.offsetOf(position);
  }

  private childOf(node: number, step: string): { readonly node: number; readonly position: number } | undefined {
    const { type } = this.eventAt(node);
    const items = type === EVENT_ID.SEQUENCE || type === EVENT_ID.MAPPING ? this.itemsOf(node) : [];
    if (type === EVENT_ID.SEQUENCE) {
      const item = items[Number(step)];
      return item === undefined ? undefined : { node: item, position: this.positionOf(item) };
    }
    const key = items.findIndex((item, i) => i % 2 === 0 && this.textOf(item) === step);
    if (key < 0) return undefined;
    const value = items[key + 1]!;
    return { node: value, position: this.isBeside(value) ? this.positionOf(value) : this.positionOf(items[key]!) };
  }

  private itemsOf(node: number): readonly number[] {
    const items: number[] = [];
    for (let i = node + 1; i < this.ends[node]! - 1; i = this.ends[i]!) items.push(i);
    return items;
  }

  /** Whether the value is on the line of its key: any other is shown by its key. */
  private isBeside(node: number): boolean {
    const event = this.eventAt(node);
    return event.type === EVENT_ID.ALIAS || (event.type === EVENT_ID.SCALAR && event.valueStart >= 0 && !isBlock(event));
  }

  private positionOf(node: number): number {
    const event = this.eventAt(node);
    if (event.type === EVENT_ID.ALIAS) return event.anchorStart - 1;
    if (event.type === EVENT_ID.SCALAR) return event.style === SCALAR_STYLE.PLAIN ? Math.max(event.valueStart, 0) : event.valueStart - 1;
    return 'start' in event ? event.start : 0;
  }

  private textOf(node: number): string | undefined {
    const event = this.eventAt(node);
    return event.type === EVENT_ID.SCALAR ? getScalarValue(this.parsed.source, event) : undefined;
  }

  private isNull(node: number): boolean {
    const event = this.eventAt(node);
    return event.type === EVENT_ID.SCALAR && event.style === SCALAR_STYLE.PLAIN && /^(?:~|null|Null|NULL)?$/.test(this.textOf(node)!);
  }

  private eventAt(node: number): Event {
    return this.parsed.events[node]!;
  }
}

const isBlock = ({ style }: ScalarEvent): boolean => style === SCALAR_STYLE.LITERAL_BLOCK || style === SCALAR_STYLE.FOLDED_BLOCK;
