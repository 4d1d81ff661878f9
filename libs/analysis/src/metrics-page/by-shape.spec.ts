import { conventions } from './conventions';
import { readRequests } from './read-requests';

/** `name{label="value"} count` for each, preceded by the type of its family. */
const page = (
  ...families: ReadonlyArray<readonly [type: string, name: string, label: string, values: Readonly<Record<string, number>>]>
): string =>
  families
    .map(([type, name, label, values]) => {
      const [family, suffix] = type === 'counter' ? [name, ''] : [name.replace(/_count$/, ''), ''];
      return [
        `# TYPE ${family} ${type}`,
        ...Object.entries(values).map(([value, count]) => `${name}${suffix}{${label}="${value}"} ${count}`),
      ].join('\n');
    })
    .join('\n');
const read = (text: string) => {
  const reading = readRequests(text);
  return reading.kind === 'counts' ? [reading.metric, reading.requests, reading.errors] : reading.kind;
};

describe('a series without a convention', () => {
  it.each([
    ['echo with any prefix', 'counter', 'shop_front_requests_total', 'code', { 200: 9, 500: 1 }],
    ['axum-prometheus', 'counter', 'axum_http_requests_total', 'status', { 200: 9, 500: 1 }],
    ['actix-web-prom', 'counter', 'api_http_requests_total', 'status', { 200: 9, 503: 1 }],
    ['Vert.x', 'counter', 'vertx_http_server_requests_total', 'code', { 200: 9, 500: 1 }],
    ['Ktor', 'summary', 'ktor_http_server_requests_seconds_count', 'status', { 200: 9, 500: 1 }],
    ['Jetty by Micrometer', 'summary', 'jetty_server_requests_seconds_count', 'outcome', { SUCCESS: 9, SERVER_ERROR: 1 }],
    ['Ruby', 'counter', 'http_server_requests_total', 'code', { 200: 9, 500: 1 }],
    ['Yabeda', 'counter', 'rails_requests_total', 'status', { 200: 9, 500: 1 }],
    ['RoadRunner', 'counter', 'rr_http_request_total', 'status', { 200: 9, 500: 1 }],
    ['Sanic', 'counter', 'sanic_request_count_total', 'http_status', { 200: 9, 500: 1 }],
    ['BentoML', 'counter', 'bentoml_api_server_request_total', 'http_response_code', { 200: 9, 500: 1 }],
    ['Armeria', 'counter', 'armeria_server_requests_total', 'http_status', { 200: 9, 500: 1 }],
    ['Spring Cloud Gateway', 'summary', 'spring_cloud_gateway_requests_seconds_count', 'httpStatusCode', { 200: 9, 500: 1 }],
    ['akka-http-metrics', 'counter', 'akka_http_responses_total', 'status', { '2xx': 9, '5xx': 1 }],
    ['Cowboy', 'counter', 'cowboy_requests_total', 'status_class', { success: 9, 'server-error': 1 }],
    ['go-zero', 'counter', 'http_server_requests_code_total', 'code', { 200: 9, 500: 1 }],
    ['connect-go', 'counter', 'connect_server_handled_total', 'code', { ok: 9, internal: 1 }],
    ['enumerations of .NET and Java', 'counter', 'shop_http_requests_total', 'status', { OK: 8, NotFound: 1, InternalServerError: 1 }],
    ['reason phrases', 'counter', 'shop_http_requests_total', 'status', { '200 OK': 9, '503 Service Unavailable': 1 }],
    ['a gRPC histogram', 'histogram', 'my_grpc_server_latency_seconds_count', 'grpc_status', { OK: 9, DEADLINE_EXCEEDED: 1 }],
    ['TensorFlow Serving', 'counter', ':tensorflow:serving:rpc_request_count', 'status', { OK: 9, INTERNAL: 1 }],
    ['calls that were cancelled', 'counter', 'connect_server_handled_total', 'code', { ok: 8, canceled: 1, data_loss: 1 }],
    ['requests that ended without a status', 'counter', 'shop_requests_total', 'status', { 200: 8, 0: 1, 502: 1 }],
    ['responses, without a better series', 'histogram', 'shop_http_response_size_bytes_count', 'code', { 200: 9, 500: 1 }],
  ] as const)('is read as requests: %s', (_, type, name, label, values) =>
    expect(read(page([type, name, label, values]))).toEqual([name, 10, 1]),
  );

  it.each([
    ['scrapes', 'counter', 'promhttp_metric_handler_requests_total', 'code', { 200: 9, 500: 1 }],
    ['requests of a client', 'summary', 'http_client_requests_seconds_count', 'status', { 200: 9, 500: 1 }],
    ['requests of .NET clients', 'counter', 'httpclient_responses_received_total', 'code', { 200: 9, 500: 1 }],
    ["requests of Kubernetes' client", 'counter', 'rest_client_requests_total', 'code', { 200: 9, 500: 1 }],
    ['calls of a gRPC client', 'counter', 'grpc_client_handled_total', 'grpc_code', { OK: 9, Internal: 1 }],
    ['outgoing requests', 'counter', 'outgoing_http_requests_total', 'status', { 200: 9, 500: 1 }],
    ['exceptions', 'counter', 'shop_http_request_exceptions_total', 'status', { 500: 1 }],
    ['slow requests', 'counter', 'gin_slow_request_total', 'code', { 200: 1 }],
    ['requests in flight', 'gauge', 'shop_http_requests_in_progress_total', 'status', { 200: 1 }],
    ['a gauge', 'gauge', 'shop_http_requests_total', 'status', { 200: 1 }],
    ['a long task of Micrometer', 'summary', 'http_server_requests_active_seconds_count', 'status', { 200: 1 }],
    ['calls of a cache', 'counter', 'redis_requests_total', 'status', { 200: 9, 500: 1 }],
    ['bytes', 'counter', 'shop_http_response_bytes_total', 'code', { 200: 9, 500: 1 }],
    ['seconds', 'counter', 'shop_http_request_duration_seconds_total', 'code', { 200: 9, 500: 1 }],
    ['scheduled tasks', 'summary', 'tasks_scheduled_execution_seconds_count', 'outcome', { SUCCESS: 9 }],
    ['orders', 'counter', 'orders_total', 'status', { 200: 9, 500: 1 }],
    ['words that are not statuses', 'counter', 'micro_request_total', 'status', { success: 9, failure: 1 }],
    ['a label with a value that is not a status', 'counter', 'shop_requests_total', 'status', { 200: 9, weird: 1 }],
    ['codes of countries', 'counter', 'shop_requests_total', 'code', { de: 9, fr: 1 }],
  ] as const)('is not read as requests: %s', (_, type, name, label, values) =>
    expect(read(page([type, name, label, values]))).toBe('noSeries'),
  );

  it.each([
    [
      'a counter before a duration, and that before a size',
      [
        ['histogram', 'x_request_size_bytes_count'],
        ['histogram', 'x_request_duration_seconds_count'],
        ['counter', 'x_requests_total'],
      ],
      'x_requests_total',
    ],
    [
      'a histogram before a summary',
      [
        ['summary', 'x_request_a_seconds_count'],
        ['histogram', 'x_request_b_seconds_count'],
      ],
      'x_request_b_seconds_count',
    ],
    [
      'requests before responses',
      [
        ['counter', 'x_responses_total'],
        ['counter', 'x_requests_total'],
      ],
      'x_requests_total',
    ],
    [
      'the outer side before the inner',
      [
        ['counter', 'haproxy_backend_http_responses_total'],
        ['counter', 'haproxy_frontend_http_responses_total'],
      ],
      'haproxy_frontend_http_responses_total',
    ],
    [
      'all requests before those of a part',
      [
        ['counter', 'x_admin_requests_total'],
        ['counter', 'x_requests_total'],
      ],
      'x_requests_total',
    ],
    [
      'a row of the table before any shape',
      [
        ['counter', 'a_requests_total'],
        ['histogram', 'http_request_duration_seconds_count'],
      ],
      'http_request_duration_seconds_count',
    ],
  ] as const)('is chosen in an order: %s', (_, families, metric) => {
    const text = page(...families.map(([type, name]) => [type, name, 'code', { 200: 9, 500: 1 }] as const));
    expect(read(text)).toEqual([metric, 10, 1]);
    expect(read(text.split('\n').reverse().join('\n'))).toEqual([metric, 10, 1]);
  });
});

describe('a page without types', () => {
  it('is counted by the _count of a summary, never by its quantiles', () => {
    const text =
      '# TYPE x_request_seconds summary\nx_request_seconds{code="200",quantile="0.5"} 77\nx_request_seconds_count{code="200"} 9\nx_request_seconds_count{code="500"} 1';
    expect(read(text)).toEqual(['x_request_seconds_count', 10, 1]);
  });

  it('is counted only by names that end in _total or _count', () => {
    expect(read('shop_requests{code="200"} 3')).toBe('noSeries');
    expect(read('shop_requests_total{code="200"} 3')).toEqual(['shop_requests_total', 3, 0]);
    expect(read('shop_request_seconds_count{code="200"} 3')).toEqual(['shop_request_seconds_count', 3, 0]);
  });

  it('lists at most 50 unread series, and none of creation times', () => {
    const text = 'shop_requests_total{code="200"} 3\nshop_requests_created{code="200"} 1.7e9\n';
    expect(readRequests(text)).toMatchObject({ notRead: [] });
    expect(readRequests(text + Array.from({ length: 60 }, (_, i) => `part_${i}_requests_total 1`).join('\n'))).toMatchObject({
      notRead: { length: 50 },
    });
  });
});

describe('counters that have the class in their name', () => {
  it('are read together, as Dropwizard and Jetty write them', () => {
    const name = (status: string) => `io_dropwizard_jetty_MutableServletContextHandler_${status}_responses_total`;
    expect(
      readRequests(['1xx', '2xx', '4xx', '5xx'].map((status, i) => `# TYPE ${name(status)} counter\n${name(status)} ${i}.0`).join('\n')),
    ).toMatchObject({ metric: name('Nxx'), row: 'class-in-name', requests: 6, errors: 3, notRead: [] });
  });

  it('are read once if each action is counted in addition to their sum, as in Symfony', () => {
    const text = ['2xx', '5xx']
      .map((status) =>
        ['all', 'GET-a', 'GET-b']
          .map((action) => `symfony_http_${status}_responses_total{action="${action}"} ${action === 'all' ? 4 : 2}`)
          .join('\n'),
      )
      .join('\n');
    expect(readRequests(text)).toMatchObject({ requests: 8, errors: 4 });
  });
});

describe('rows of the table', () => {
  it.each([
    ['grpc-call-duration', 'histogram', 'grpc_server_call_duration_seconds_count', 'grpc_status', { OK: 9, UNAVAILABLE: 1 }],
    ['otel-rpc', 'histogram', 'rpc_server_duration_milliseconds_count', 'rpc_grpc_status_code', { 0: 9, 13: 1 }],
    ['micrometer-grpc', 'summary', 'grpc_server_processing_duration_seconds_count', 'statusCode', { OK: 9, INTERNAL: 1 }],
    ['micrometer-grpc', 'summary', 'grpc_server_seconds_count', 'grpc_status_code', { OK: 9, INTERNAL: 1 }],
    ['prometheus-net-grpc', 'counter', 'grpc_requests_received_total', 'status', { OK: 9, Unknown: 1 }],
    ['prometheus-net', 'counter', 'http_requests_received_total', 'code', { 200: 9, 500: 1 }],
    [
      'otel-http',
      'histogram',
      'microsoft_aspnetcore_hosting_http_server_request_duration_count',
      'http_response_status_code',
      { 200: 9, 500: 1 },
    ],
    ['otel-http-old', 'histogram', 'http_server_duration_count', 'http_status_code', { 200: 9, 500: 1 }],
    ['http-requests', 'counter', 'http_requests', 'status', { '2xx': 9, '5XX': 1 }],
  ] as const)('%s reads %s %s', (row, type, name, label, values) => {
    expect(conventions.map(({ id }) => id)).toContain(row);
    expect(readRequests(page([type, name, label, values]))).toMatchObject({ row, metric: name, requests: 10, errors: 1 });
  });
});
