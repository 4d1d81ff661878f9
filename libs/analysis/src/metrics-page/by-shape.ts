import type { Sample } from '../prometheus';
import type { Convention } from './conventions';
import type { Series } from './page';
import { isNoStatus, isUnmistakable, statusClass, type Codes } from './status';

/**
 * A series without a convention that looks like counted requests, with its rank: lower is preferred, compared element
 * by element.
 */
export interface Shaped {
  readonly convention: Convention;
  readonly rank: readonly number[];
}

/** Names of status labels, compared ignoring case and underscores, in order of preference. */
const STATUS_LABELS = [
  'code', 'statuscode', 'status', 'httpstatuscode', 'httpstatus', 'httpcode', 'httpresponsestatuscode',
  'httpresponsecode', 'responsestatuscode', 'responsecode', 'responsestatus', 'rescode', 'respcode', 'grpccode',
  'grpcstatus', 'grpcstatuscode', 'rpccode', 'rpcstatus', 'rpcgrpcstatuscode', 'rpcresponsestatuscode', 'statusclass',
  'httpstatusclass', 'statuscodeclass', 'httpresponsestatuscodeclass', 'responsestatusclass', 'codeclass',
  'statusgroup', 'outcome',
] as const;
const CLASS_LABEL = /class$|group$|^outcome$/;

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));
const REQUESTS = words('request requests req reqs rq httprequest httprequests');
const RESPONSES = words('response responses resp handled call calls');
const SERVING = words('http https rpc grpc server api endpoint route');
/** Words that indicate that a series counts something else, and the explanation. */
const OTHERS: ReadonlyArray<readonly [ReadonlySet<string>, string]> = [
  [words('promhttp scrape scrapes'), 'it counts scrapes'],
  [
    words(
      'client clients httpclient restclient webclient outgoing outbound egress upstream external remote dependency dependencies axios okhttp feign urllib3',
    ),
    'it counts requests that the app sends',
  ],
  [words('active inflight flight progress pending current concurrent open queue queued waiting'), 'it counts requests under way'],
  [
    words(
      'exception exceptions error errors failure failures failed panic panics slow timeout timeouts rejected dropped retry retries retried throttled limited blocked aborted cancelled canceled',
    ),
    'it counts a part of the requests',
  ],
  [words('connection connections session sessions handshake handshakes'), 'it counts connections'],
  [
    words(
      'cache db database sql jdbc redis memcached mongo mongodb postgres postgresql mysql kafka nats amqp rabbitmq pulsar sqs sns s3 dynamodb elasticsearch opensearch pool workqueue smtp mail email sms dns ldap',
    ),
    "it counts calls of the app's own backends",
  ],
];
const GRPC = words('grpc rpc connect twirp');
const SIZE = words('bytes byte size sizes length body payload');
const TIME = words('seconds second milliseconds millis ms microseconds nanoseconds duration durations latency time');
/** Components that see all of a server's requests are preferred to components that see a part. */
const OUTER = words('frontend entrypoint downstream inbound incoming ingress server');
const INNER = words('backend service router middleware handler');

/** A series with a malformed sample ranks last. */
const MALFORMED_RANK = 6;

/**
 * Classifies a series by type, name and label values; a string explains why it does not count requests. `samples`
 * undefined: a sample is malformed, so the labels are unknown.
 */
export function shapeOf(series: Series, samples: readonly Sample[] | undefined): Shaped | string {
  const name = wordsOf(series.name);
  const kind = kindOf(series, name);
  if (typeof kind === 'string') return kind;
  const shape = (label: string, codes: Codes, rank: readonly number[]): Shaped => ({
    convention: { id: kind.id, writtenBy: 'any framework', series: series.name, statusLabels: [label], codes },
    rank,
  });
  if (samples === undefined)
    return isAboutRequests(series.name) ? shape(STATUS_LABELS[0], 'http', [MALFORMED_RANK]) : 'one of its samples is malformed';
  const status = statusLabelOf(name, samples);
  if (typeof status === 'string') return status;
  return shape(status.label, status.codes, [
    kind.rank,
    has(name, OUTER) ? 0 : has(name, INNER) ? 2 : 1,
    has(name, REQUESTS) ? 0 : has(name, RESPONSES) ? 1 : 2,
    name.length,
  ]);
}

/** Whether a name suggests requests, so that users expect an explanation if it is not read. */
export const isAboutRequests = (name: string): boolean => {
  const held = wordsOf(name);
  return has(held, REQUESTS) || has(held, RESPONSES);
};

/**
 * Counters rank before durations, and durations before sizes, because every request has a count and not every request a
 * size.
 */
function kindOf({ name: full, type }: Series, name: readonly string[]): { readonly id: string; readonly rank: number } | string {
  if (type === 'gauge') return 'it is a gauge';
  const other = OTHERS.find(([held]) => has(name, held));
  if (other) return other[1];
  if (!has(name, REQUESTS) && !has(name, RESPONSES) && !has(name, SERVING)) return 'its name does not speak of requests';
  const isCount = type === 'histogram' || type === 'summary' || (type === 'untyped' && full.endsWith('_count'));
  if (isCount)
    return has(name, SIZE)
      ? { id: 'shape-size', rank: 5 }
      : { id: 'shape-duration', rank: (has(name, TIME) ? 1 : 3) + (type === 'summary' ? 1 : 0) };
  if (type === 'untyped' && !full.endsWith('_total')) return 'it has no type, and ends neither in _total nor in _count';
  if (has(name, SIZE) || (has(name, TIME) && !full.endsWith('_count'))) return 'it adds up bytes or time';
  return { id: 'shape-counter', rank: 0 };
}

function statusLabelOf(name: readonly string[], samples: readonly Sample[]): { readonly label: string; readonly codes: Codes } | string {
  const labels = [...new Set(samples.flatMap((sample) => [...sample.labels.keys()]))];
  let why = 'it has no status label';
  for (const known of STATUS_LABELS) {
    for (const label of labels.filter((one) => one.toLowerCase().replaceAll('_', '') === known)) {
      const values = [...new Set(samples.map((sample) => sample.labels.get(label)).filter((value) => value !== undefined))];
      const codes = codesOf(name, known, values);
      if (codes) return { label, codes };
      why = `its label ${label} holds no status that is known (${values.slice(0, 3).map((value) => JSON.stringify(value)).join(', ')})`;
    }
  }
  return why;
}

/**
 * The kind of codes that the values are; undefined unless all are statuses and a value, the label or the name proves
 * it.
 */
function codesOf(name: readonly string[], label: string, values: readonly string[]): Codes | undefined {
  const isGrpc = label.includes('rpc') || has(name, GRPC);
  const isClass = CLASS_LABEL.test(label) && (has(name, REQUESTS) || has(name, RESPONSES));
  const fits = (codes: Codes): boolean =>
    values.every((value) => statusClass(value, codes) !== undefined || isNoStatus(value)) &&
    values.some(
      (value) => isUnmistakable(value, codes) || (statusClass(value, codes) !== undefined && (codes === 'grpc' ? isGrpc : isClass)),
    );
  return (isGrpc ? (['grpc', 'http'] as const) : (['http', 'grpc'] as const)).find(fits);
}

const has = (name: readonly string[], held: ReadonlySet<string>): boolean => name.some((word) => held.has(word));
const wordsOf = (name: string): readonly string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
