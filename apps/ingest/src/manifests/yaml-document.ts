import { parseEvents, YAMLException, type Event } from 'js-yaml';
import { lineStart } from './yaml-place';
import { MAX_DEPTH } from './yaml-size';

/** The parser ends at this depth, before its stack does; it needs some levels more than the document has. */
const PARSER_DEPTH = MAX_DEPTH + 16;
/** More than any indentation to which a bracket must be moved. */
const INDENT = ' '.repeat(128);
/** Maximum number of characters that are parsed again after a line was indented. */
const MAX_REPEATED = 8 * 1024 * 1024;
/** The parser's words for a line inside of brackets or quotes that is indented less than YAML 1.2 requires. */
const TOO_LITTLE = 'deficient indentation';
const KEY = /^ *[ \t-]*[\w./-]+:(?=[ \t\r\n]|$)/;
const SEPARATOR = /(?:^|[\r\n])---(?=[ \t\r\n]|$)/g;

/** A part of a file with at most one `---`, and its structure. */
export interface YamlDocument {
  /** The text to which the events refer: the part itself, but for the indentation of some lines. */
  readonly source: string;
  readonly events: readonly Event[];
  /** The position in the file for one in `source`. */
  offsetOf(position: number): number;
}

/** The parser's refusal. Its own message contains lines of the file, and must not be shown. */
export class NotYaml extends Error {
  constructor(readonly reason: string, readonly offset: number) {
    super('the text is not YAML');
    this.name = 'NotYaml';
  }
}

/** Where the documents of a file start, at most `limit` of them. A separator can't be part of a value. */
export function documentStarts(text: string, limit: number): readonly number[] {
  const starts = [0];
  // A directive is before the separator of its document.
  if (/(?:^|[\r\n])%/.test(text)) return starts;
  for (const { index, 0: found } of text.matchAll(SEPARATOR)) {
    const start = index + found.length - '---'.length;
    if (start > 0) starts.push(start);
    if (starts.length === limit) break;
  }
  return starts;
}

/** Parses the part of a file that starts at `start`. Throws `NotYaml`. */
export function parseDocument(part: string, start: number): YamlDocument {
  const indented = new IndentedText(part);
  const offsetOf = (position: number): number => start + Math.min(indented.originOf(position), part.trimEnd().length);
  for (let repeated = 0; ; ) {
    try {
      return { source: indented.text, events: parseEvents(indented.text, { maxDepth: PARSER_DEPTH }), offsetOf };
    } catch (error) {
      if (!(error instanceof YAMLException) || !error.mark) throw new NotYaml('', start);
      const { reason, mark: { position } } = error;
      repeated += part.length;
      if (reason !== TOO_LITTLE || repeated > MAX_REPEATED || !indented.repair(position)) {
        const open = indented.firstKey();
        throw open === undefined ? new NotYaml(reason, offsetOf(position)) : new NotYaml(TOO_LITTLE, offsetOf(open));
      }
    }
  }
}

/**
 * A text in which lines inside of brackets or quotes, where white space has no meaning, are indented as YAML 1.2
 * requires: kubectl, like YAML 1.1, also accepts a closing bracket at the indentation of its key, and tabs.
 */
class IndentedText {
  /** The starts of the indented lines, ascending. */
  private readonly lines: number[] = [];

  constructor(public text: string) {}

  /** The position in the original text. */
  originOf(position: number): number {
    return position - this.lines.filter((line) => line < position).length * INDENT.length;
  }

  /** The first indented line with a key: the bracket or quotation mark before it was probably never closed. */
  firstKey(): number | undefined {
    const line = this.lines.find((start) => KEY.test(this.text.slice(start, start + 400)));
    return line === undefined ? undefined : line + this.text.slice(line).search(/[^ \t]/);
  }

  /** Repairs the white space before a token that the parser refused because of its indentation. False: it can't. */
  repair(position: number): boolean {
    const line = lineStart(this.text, position);
    const before = this.text.slice(line, position);
    const [gap = ''] = /[ \t]*(?:[[{][ \t]*)?$/.exec(before) ?? [];
    if (/^[ \t]*$/.test(before) && !this.lines.includes(line)) {
      this.text = this.text.slice(0, line) + INDENT + this.text.slice(line);
      this.lines.push(line);
      return true;
    }
    this.text = this.text.slice(0, position - gap.length) + gap.replaceAll('\t', ' ') + this.text.slice(position);
    return gap.includes('\t');
  }
}
