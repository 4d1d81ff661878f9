import { escapeName, parseSample, type Sample } from '../prometheus';

/** Limit of lines; a longer page is refused, not read partially. */
export const MAX_LINES = 20_000;

/** Type of a metric family; `untyped` if the page declares none. */
export type MetricType = 'counter' | 'histogram' | 'summary' | 'gauge' | 'untyped';

/** The samples with one name that may be a count: a counter, or the `_count` of a histogram or summary. */
export interface Series {
  /** Sample name as on the page. */
  readonly name: string;
  readonly type: MetricType;
  readonly lines: readonly string[];
}

/** A page of the Prometheus text format 0.0.4 or of OpenMetrics 1.0, without buckets, sums and quantiles. */
export interface MetricsPage {
  readonly series: ReadonlyMap<string, Series>;
  /** Counters and histograms declared without samples yet, by the name that their samples will have. */
  readonly declared: ReadonlyMap<string, MetricType>;
  /** `process_start_time_seconds`: seconds since 1970. */
  readonly processStartTime?: number;
}

/** Why a text is not a metrics page, in one sentence. */
export interface Unreadable {
  readonly why: string;
}

const TYPE = /^#\s+TYPE\s+"?([^\s"]+)"?\s+(\w+)/;
const SAMPLE = /^(?:([a-zA-Z_:][\w:]*)(?:\s*\{.*\})?|\{\s*"((?:[^"\\]|\\.)+)".*\})\s+[+-]?(?:\d|\.\d|nan\b|inf)/is;
const NEVER_COUNTS = /_(?:bucket|sum|created|max|min|gsum|gcount)$/;
const START_TIME = 'process_start_time_seconds';

/**
 * Parses a page without interpreting its counts. As in Prometheus, one invalid line makes the page invalid: it may be
 * HTML, or truncated.
 */
export function parsePage(text: string, maxLines = MAX_LINES): MetricsPage | Unreadable {
  const lines = new Map<string, string[]>();
  const types = new Map<string, MetricType>();
  let read = 0;
  for (const raw of linesOf(text)) {
    if (++read > maxLines) return { why: `it has more than ${maxLines} lines` };
    const line = raw.trim();
    if (line === '') continue;
    if (line.startsWith('#')) {
      const declared = TYPE.exec(line);
      if (declared) types.set(escapeName(declared[1]!), metricType(declared[2]!));
      continue;
    }
    const name = sampleName(line);
    if (name === undefined) return { why: `line ${read} is not a sample: ${JSON.stringify(line.slice(0, 60))}` };
    const held = lines.get(name);
    if (held) held.push(line);
    else if (!NEVER_COUNTS.test(name)) lines.set(name, [line]);
  }
  if (lines.size === 0 && types.size === 0) return { why: 'it has no sample' };
  return pageOf(lines, types);
}

function pageOf(lines: ReadonlyMap<string, readonly string[]>, types: ReadonlyMap<string, MetricType>): MetricsPage {
  const series = new Map<string, Series>();
  for (const [name, held] of lines) {
    const type = typeOf(name, types);
    if (type !== undefined) series.set(name, { name, type, lines: held });
  }
  const declared = new Map<string, MetricType>();
  for (const [family, type] of types) {
    const name = type === 'histogram' || type === 'summary' ? `${family}_count` : family;
    if (type !== 'gauge' && type !== 'untyped' && !lines.has(name) && !lines.has(`${name}_total`)) declared.set(name, type);
  }
  const started = parseSample(lines.get(START_TIME)?.[0] ?? '')?.value;
  return { series, declared, ...(started !== undefined && Number.isFinite(started) && { processStartTime: started }) };
}

/** The type of a sample's family; undefined for a quantile of a summary, which is not a count. */
function typeOf(name: string, types: ReadonlyMap<string, MetricType>): MetricType | undefined {
  const own = types.get(name);
  if (own !== undefined) return own === 'summary' || own === 'histogram' ? undefined : own;
  const family = types.get(name.replace(/_(?:count|total)$/, ''));
  if (family === undefined || family === 'gauge') return 'untyped';
  return name.endsWith('_count') === (family === 'histogram' || family === 'summary') ? family : 'untyped';
}

const metricType = (declared: string): MetricType => {
  const type = declared.toLowerCase();
  if (type === 'counter' || type === 'histogram' || type === 'summary') return type;
  return type === 'untyped' || type === 'unknown' ? 'untyped' : 'gauge';
};

function sampleName(line: string): string | undefined {
  const found = SAMPLE.exec(line);
  return found?.[1] ?? (found?.[2] === undefined ? undefined : escapeName(found[2]));
}

/** The series' samples; undefined if one is malformed. */
export function samplesOf({ lines }: Series): readonly Sample[] | undefined {
  const samples = lines.map(parseSample).filter((sample) => sample !== undefined);
  return samples.length === lines.length ? samples : undefined;
}

/** Iterates over the lines without storing them all. */
function* linesOf(page: string): Generator<string> {
  for (let start = 0; start < page.length; ) {
    const end = page.indexOf('\n', start);
    yield page.slice(start, end === -1 ? page.length : end);
    if (end === -1) return;
    start = end + 1;
  }
}
