import type { Sample } from '../prometheus';
import { isAboutRequests, shapeOf, type Shaped } from './by-shape';
import { classesInNames, classSamples } from './class-in-name';
import { conventions, type Convention } from './conventions';
import { isNamedError, type NamedRequests } from './named-requests';
import { samplesOf, type MetricsPage, type Series } from './page';
import type { NotRead } from './read-requests';
import { statusClass } from './status';

/** A series of a page that can be read as counted requests. */
export interface Candidate {
  readonly metric: string;
  readonly statusLabel: string;
  /** Id of the convention. */
  readonly row: string;
  /** Number of summed samples. */
  readonly samples: number;
  readonly requests: number;
  readonly errors: number;
  /** Why its counts are unusable, as a predicate after its name. */
  readonly fault?: string;
}

/** A series read by its shape, with its rank. */
interface Ranked extends Pick<Shaped, 'rank'> {
  readonly candidate: Candidate;
}

/** Readable series in order of preference, and unreadable ones. */
export interface Candidates {
  readonly candidates: readonly Candidate[];
  readonly notRead: readonly NotRead[];
}

/** Row of counters with the status class in their name. */
export const CLASS_ROW = 'class-in-name';

const patterns = conventions.map((convention) => ({ convention, pattern: new RegExp(`^(?:${convention.series})$`) }));

/** All series of a page that count requests by a convention or by their shape. */
export function candidatesOf(page: MetricsPage): Candidates {
  const known: { readonly place: number; readonly candidate: Candidate }[] = [];
  const shaped: Ranked[] = [];
  const notRead: NotRead[] = [];
  const classes = classesInNames(page);
  const inClasses = new Set(classes.flatMap(({ members }) => members.map(({ series }) => series)));
  for (const series of page.series.values()) {
    if (inClasses.has(series)) continue;
    const place = patterns.findIndex(({ pattern }) => pattern.test(series.name));
    const found = place === -1 ? byShape(series) : byConvention(series, patterns[place]!.convention);
    if (typeof found === 'string') {
      if (place !== -1 || isAboutRequests(series.name)) notRead.push({ metric: series.name, why: found });
    } else if ('rank' in found) shaped.push(found);
    else known.push({ place, candidate: found });
  }
  for (const group of classes) {
    const counted = count(group.metric, classSamples(group), {
      row: CLASS_ROW,
      statusLabels: ['class'],
      isError: (value) => statusClass(value, 'http') === 'error',
    });
    if (typeof counted === 'string') notRead.push({ metric: group.metric, why: counted });
    else known.push({ place: patterns.length, candidate: counted });
  }
  known.sort((a, b) => a.place - b.place);
  shaped.sort((a, b) => compare(a.rank, b.rank) || (a.candidate.metric < b.candidate.metric ? -1 : 1));
  return { candidates: [...known, ...shaped].map(({ candidate }) => candidate), notRead };
}

/** The series that a policy names. */
export function candidatesNamed(page: MetricsPage, { metric, statusLabel, errors }: NamedRequests): Candidates {
  const series = page.series.get(metric) ?? page.series.get(`${metric}_count`) ?? page.series.get(`${metric}_total`);
  if (!series)
    return { candidates: [], notRead: [{ metric, why: 'the page does not have it, and the policy names it (analysis.requests)' }] };
  if (series.type === 'gauge')
    return { candidates: [], notRead: [{ metric: series.name, why: 'it is a gauge, and the policy names it (analysis.requests)' }] };
  const isError = (value: string): boolean =>
    errors
      ? isNamedError(errors, value)
      : statusClass(value, 'http') === 'error' ||
        statusClass(value, statusLabel.toLowerCase().includes('rpc') ? 'grpc' : 'http') === 'error';
  const found = count(series.name, samplesOf(series), { row: 'policy', statusLabels: [statusLabel], isError });
  return typeof found === 'string'
    ? { candidates: [], notRead: [{ metric: series.name, why: found }] }
    : { candidates: [found], notRead: [] };
}

/** A declared series of a convention without samples yet: it counts zero. */
export function declaredIn(page: MetricsPage, named?: NamedRequests): Candidate | undefined {
  const zero = (metric: string, statusLabel: string, row: string): Candidate => ({
    metric, statusLabel, row, samples: 0, requests: 0, errors: 0,
  });
  if (named)
    return [named.metric, `${named.metric}_count`].some((name) => page.declared.has(name))
      ? zero(named.metric, named.statusLabel, 'policy')
      : undefined;
  for (const { convention, pattern } of patterns) {
    const metric = [...page.declared.keys()].find((name) => pattern.test(name));
    if (metric !== undefined) return zero(metric, convention.statusLabels[0]!, convention.id);
  }
  return undefined;
}

function byConvention(series: Series, convention: Convention): Candidate | string {
  if (series.type === 'gauge') return 'it is a gauge';
  const { id, statusLabels, codes } = convention;
  return count(series.name, samplesOf(series), { row: id, statusLabels, isError: (value) => statusClass(value, codes) === 'error' });
}

function byShape(series: Series): Ranked | string {
  const shape = shapeOf(series, samplesOf(series));
  if (typeof shape === 'string') return shape;
  const candidate = byConvention(series, shape.convention);
  return typeof candidate === 'string' ? candidate : { rank: shape.rank, candidate };
}

interface Counting {
  readonly row: string;
  readonly statusLabels: readonly string[];
  readonly isError: (value: string) => boolean;
}

/** Sums the samples that have a status; others cannot be judged. */
function count(metric: string, samples: readonly Sample[] | undefined, { row, statusLabels, isError }: Counting): Candidate | string {
  let [requests, errors, counted] = [0, 0, 0];
  const faulty = (fault: string): Candidate => ({ metric, statusLabel: statusLabels[0]!, row, samples: counted, requests, errors, fault });
  if (samples === undefined) return faulty('has a malformed sample');
  const incoming = samples.filter((sample) => !isOutgoing(sample));
  if (incoming.length === 0) return 'it counts requests that the app sends';
  let used: string | undefined;
  for (const { labels, value } of incoming) {
    const label = statusLabels.find((name) => labels.has(name));
    if (label === undefined) continue;
    if (!Number.isFinite(value) || value < 0) return faulty(`has the value ${value}, which is no count`);
    used ??= label;
    counted += 1;
    requests += value;
    if (isError(labels.get(label)!)) errors += value;
  }
  return used === undefined
    ? `it has no status label (${statusLabels.join(', ')})`
    : { metric, statusLabel: used, row, samples: counted, requests, errors };
}

/** Labels that meshes and tracers use to keep both directions in one family. */
const SIDES: Readonly<Record<string, string>> = { direction: 'outbound', span_kind: 'client', kind: 'client', reporter: 'source' };

const isOutgoing = ({ labels }: Sample): boolean =>
  Object.entries(SIDES).some(([label, outgoing]) => labels.get(label)?.toLowerCase().replace('span_kind_', '') === outgoing);

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]);
  return at === -1 ? 0 : a[at]! - b[at]!;
}
