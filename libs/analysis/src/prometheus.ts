/** One line of a Prometheus text exposition. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /\s*(?:([a-zA-Z_][a-zA-Z0-9_]*)|"((?:[^"\\]|\\.)+)")\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,?)/y;
/** Prometheus 3 quotes names with other characters: `{"http.requests",code="200"} 1`. */
const QUOTED_NAME = /\{\s*"((?:[^"\\]|\\.)+)"\s*(?:,|(?=\}))/y;
const VALUE = /\s+(\S+)(?:\s+(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?))?\s*(?:#.*)?$/iy;

/**
 * Parses a sample line of the text formats 0.0.4 and 1.0.0 or of OpenMetrics; undefined for a comment, an empty or a
 * malformed line.
 * Ignores timestamps and exemplars; other characters in quoted names become `_`, as servers escape them for older
 * readers.
 */
export function parseSample(line: string): Sample | undefined {
  const text = line.trim();
  const quoted = match(QUOTED_NAME, text, 0);
  const name = quoted ? escapeName(quoted[1]!) : match(NAME, text, 0)?.[0];
  if (name === undefined) return undefined;
  const labels = new Map<string, string>();
  const brace = quoted ? quoted[0].length : labelsAt(text, name.length);
  const end = brace === undefined ? name.length : parseLabels(text, brace, labels);
  const value = end === undefined ? undefined : match(VALUE, text, end)?.[1];
  const number = value === undefined ? undefined : parseValue(value);
  return number === undefined ? undefined : { name, labels, value: number };
}

/** Position after the opening brace of the labels that follow a name; undefined if there are none. */
function labelsAt(text: string, at: number): number | undefined {
  const brace = match(/\s*\{/y, text, at);
  return brace ? at + brace[0].length : undefined;
}

/** Reads `a="x",b="y"}` from `at`; returns the position after the brace, or undefined if malformed. */
function parseLabels(text: string, at: number, labels: Map<string, string>): number | undefined {
  for (let position = at; ; ) {
    const closing = match(/\s*\}/y, text, position);
    if (closing) return position + closing[0].length;
    const label = match(LABEL, text, position);
    if (!label) return undefined;
    const name = label[1] ?? escapeName(label[2]!);
    if (labels.has(name)) return undefined;
    labels.set(name, unescape(label[3]!));
    position += label[0].length;
    if (label[4] === '' && text[position] !== '}') return undefined;
  }
}

/** Escapes like `escaping=underscores`. */
export const escapeName = (name: string): string => name.replaceAll(/[^a-zA-Z0-9_:]/g, '_');
const unescape = (value: string): string => value.replace(/\\(.)/gs, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));

function parseValue(text: string): number | undefined {
  if (/^[+-]?inf$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
