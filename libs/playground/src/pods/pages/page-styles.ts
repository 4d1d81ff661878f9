import { BUCKETS, type RequestCounts } from './request-counts';

/** How a framework's metrics page counts requests. */
export interface PageStyle {
  readonly path: string;
  /** Answers 406 to a client that accepts no text, like Spring Boot. */
  readonly isPicky?: true;
  /** Counts each read of the page as a request. */
  readonly countsReads?: true;
  /** The series of requests, by status code. */
  series(counts: RequestCounts): readonly string[];
}

const METRICS = '/metrics';

/** A counter that was never incremented is 0, so that a scrape of a new pod distinguishes "none" from "no metrics". */
const samples = (name: string, labels: (code: number) => string) => ({ byCode }: RequestCounts): readonly string[] =>
  [...new Set([200, 500, ...byCode.keys()])].map((code) => `${name}{${labels(code)}} ${byCode.get(code) ?? 0}`);

const counter = (name: string, labels: (code: number) => string): PageStyle => ({
  path: METRICS,
  series: (counts) => [`# TYPE ${name} counter`, ...samples(name, labels)(counts)],
});

/** Only the count and the last bucket. */
const histogram = (name: string, labels: (code: number) => string): PageStyle => ({
  path: METRICS,
  series: (counts) => [
    `# TYPE ${name} histogram`,
    ...samples(`${name}_bucket`, (code) => `${labels(code)},le="+Inf"`)(counts),
    ...samples(`${name}_count`, labels)(counts),
  ],
});

const grpcCode = (code: number): string => (code < 400 ? 'OK' : code === 404 ? 'NotFound' : code === 503 ? 'Unavailable' : 'Internal');
const outcome = (code: number): string => (code < 400 ? 'SUCCESS' : code < 500 ? 'CLIENT_ERROR' : 'SERVER_ERROR');

/**
 * All styles by name; the playground's own is `default`. Labels as in test/metrics-pages, without labels unrelated to
 * requests.
 */
export const pageStyles = {
  default: {
    path: METRICS,
    series: (counts) => [
      '# HELP http_requests_total Requests answered, by status code.',
      ...counter('http_requests_total', (code) => `code="${code}"`).series(counts),
      '# HELP http_request_duration_seconds Time from request to answer.',
      '# TYPE http_request_duration_seconds histogram',
      ...BUCKETS.map((bound, i) => `http_request_duration_seconds_bucket{le="${bound}"} ${counts.atMost[i]}`),
      `http_request_duration_seconds_bucket{le="+Inf"} ${counts.count}`,
      `http_request_duration_seconds_sum ${counts.sum}`,
      `http_request_duration_seconds_count ${counts.count}`,
    ],
  },
  spring: {
    ...histogram(
      'http_server_requests_seconds',
      (code) => `error="none",exception="none",method="GET",outcome="${outcome(code)}",status="${code}",uri="/"`,
    ),
    path: '/actuator/prometheus',
    isPicky: true,
    countsReads: true,
  },
  opentelemetry: {
    ...histogram(
      'http_server_request_duration_seconds',
      (code) => `http_request_method="GET",http_response_status_code="${code}",url_scheme="http"`,
    ),
    countsReads: true,
  },
  dotnet: counter('http_requests_received_total', (code) => `code="${code}",method="GET",controller="",action="",endpoint=""`),
  grpc: counter(
    'grpc_server_handled_total',
    (code) => `grpc_code="${grpcCode(code)}",grpc_method="Get",grpc_service="shop.Web",grpc_type="unary"`,
  ),
  gin: counter('gin_requests_total', (code) => `code="${code}",handler="main.main.func1",host="web",method="GET",url="/"`),
  echo: { ...counter('myapp_requests_total', (code) => `code="${code}",host="web",method="GET",url="/"`), countsReads: true },
  express: histogram('http_request_duration_seconds', (code) => `status_code="${code}"`),
  flask: counter('flask_http_request_total', (code) => `method="GET",status="${code}"`),
  django: { ...counter('django_http_responses_total_by_status_total', (code) => `status="${code}"`), countsReads: true },
  /** Default metrics of the process, and no requests. */
  none: { path: METRICS, series: () => [] },
  /** No page at all. */
  missing: { path: '', series: () => [] },
} as const satisfies Readonly<Record<string, PageStyle>>;

export type PageStyleName = keyof typeof pageStyles;
