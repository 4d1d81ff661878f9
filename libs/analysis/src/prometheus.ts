/** One line of a Prometheus text exposition. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*(,?)/y;
const VALUE = /\s+(\S+)(?:\s+(-?\d+(?:\.\d+)?))?\s*(?:#.*)?$/y;

/** A sample line of the text format 0.0.4 (or of OpenMetrics); undefined for a comment, an empty or a malformed line. Timestamps and exemplars are left out. */
export function parseSample(line: string): Sample | undefined {
  const text = line.trim();
  const name = match(NAME, text, 0)?.[0];
  if (name === undefined) return undefined;
  const labels = new Map<string, string>();
  const end = text[name.length] === '{' ? parseLabels(text, name.length + 1, labels) : name.length;
  const value = end === undefined ? undefined : match(VALUE, text, end)?.[1];
  const number = value === undefined ? undefined : parseValue(value);
  return number === undefined ? undefined : { name, labels, value: number };
}

/** Reads `a="x",b="y"}` from `at`; gives the place after the brace, or undefined if it is malformed. */
function parseLabels(text: string, at: number, labels: Map<string, string>): number | undefined {
  for (let place = at; ; ) {
    const closing = match(/\s*\}/y, text, place);
    if (closing) return place + closing[0].length;
    const label = match(LABEL, text, place);
    if (!label || labels.has(label[1]!)) return undefined;
    labels.set(label[1]!, unescape(label[2]!));
    place += label[0].length;
    if (label[3] === '' && text[place] !== '}') return undefined;
  }
}

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
