import { parseSample, type Sample } from '../prometheus';
import { isAboutRequests, shapeOf } from './by-shape';
import type { MetricType } from './page';
import { readRequests } from './read-requests';

const STATUSES = { 200: '9', 500: '1' };
/** One line for each value of the label. */
const lines = (name: string, label: string, values: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(values).map(([value, count]) => `${name}{${label}="${value}"} ${count}`);
const shape = (name: string, type: MetricType = 'counter', label = 'code', values: Readonly<Record<string, string>> = STATUSES) => {
  const held = lines(name, label, values);
  return shapeOf({ name, type, lines: held }, held.map((line) => parseSample(line) as Sample));
};
const id = (name: string, type?: MetricType) => {
  const found = shape(name, type);
  return typeof found === 'string' ? found : found.convention.id;
};
const each = (words: string): string[] => words.split(' ');

describe('a series whose name indicates something else', () => {
  it.each([
    ['it counts scrapes', 'promhttp scrape scrapes'],
    [
      'it counts requests that the app sends',
      'client clients httpclient restclient webclient outgoing outbound egress upstream external remote dependency dependencies axios okhttp feign urllib3',
    ],
    ['it counts requests under way', 'active inflight flight progress pending current concurrent open queue queued waiting'],
    [
      'it counts a part of the requests',
      'exception exceptions error errors failure failures failed panic panics slow timeout timeouts rejected dropped retry retries retried throttled limited blocked aborted cancelled canceled',
    ],
    ['it counts connections', 'connection connections session sessions handshake handshakes'],
    [
      "it counts calls of the app's own backends",
      'cache db database sql jdbc redis memcached mongo mongodb postgres postgresql mysql kafka nats amqp rabbitmq pulsar sqs sns s3 dynamodb elasticsearch opensearch pool workqueue smtp mail email sms dns ldap',
    ],
  ])('is not read, because %s', (why, words) => {
    for (const word of each(words)) expect([word, shape(`shop_${word}_requests_total`)]).toEqual([word, why]);
    expect(shape(`shop${words[0]!.toUpperCase()}${each(words)[0]!.slice(1)}Requests_total`)).toBe(why);
  });

  it('is classified by whole words, because a product name may contain one', () =>
    expect(id('openshop_clientele_requests_total')).toBe('shape-counter'));
  it('is not read if no word indicates requests', () => expect(shape('orders_total')).toBe('its name does not speak of requests'));
});

describe('a series whose name indicates requests', () => {
  const ASKED = each('request requests req reqs rq httprequest httprequests response responses resp handled call calls');
  it.each(ASKED)('is read, and listed if it cannot be read: %s', (word) => {
    expect(id(`shop_${word}_total`)).toBe('shape-counter');
    expect(isAboutRequests(`shop_${word}`)).toBe(true);
  });
  it.each(each('http https rpc grpc server api endpoint route'))(
    'is read by a serving word, and not listed if it cannot be read: %s',
    (word) => {
      expect(id(`shop_${word}_total`)).toBe('shape-counter');
      expect(isAboutRequests(`shop_${word}_total`)).toBe(false);
    },
  );
});

describe('the type and name of a series', () => {
  it.each<[MetricType, string, string]>([
    ['gauge', 'shop_requests_total', 'it is a gauge'],
    ['counter', 'shop_requests', 'shape-counter'],
    ['counter', 'shop_request_duration_seconds_count', 'shape-counter'],
    ['counter', 'shop_request_duration_seconds', 'it adds up bytes or time'],
    ['counter', 'shop_response_bytes_count', 'it adds up bytes or time'],
    ['counter', 'shop_request_body_total', 'it adds up bytes or time'],
    ['histogram', 'shop_request_duration_seconds_count', 'shape-duration'],
    ['summary', 'shop_requests_count', 'shape-duration'],
    ['histogram', 'shop_response_size_count', 'shape-size'],
    ['summary', 'shop_response_length_count', 'shape-size'],
    ['untyped', 'shop_requests_total', 'shape-counter'],
    ['untyped', 'shop_request_seconds_count', 'shape-duration'],
    ['untyped', 'shop_request_payload_count', 'shape-size'],
    ['untyped', 'shop_requests', 'it has no type, and ends neither in _total nor in _count'],
    ['untyped', 'shop_total_requests', 'it has no type, and ends neither in _total nor in _count'],
    ['untyped', 'shop_request_seconds_total', 'it adds up bytes or time'],
  ])('decide how it is read: %s %s: %s', (type, name, expected) => expect(id(name, type)).toBe(expected));

  it.each(each('bytes byte size sizes length body payload'))('rank sizes last: %s', (word) =>
    expect(id(`shop_request_${word}_count`, 'histogram')).toBe('shape-size'),
  );
  it.each(each('seconds second milliseconds millis ms microseconds nanoseconds duration durations latency time'))(
    'exclude counters of time: %s',
    (word) => expect(shape(`shop_request_${word}_total`)).toBe('it adds up bytes or time'),
  );
});

describe('the order of two series', () => {
  it.each<[string, ReadonlyArray<readonly [type: string, name: string]>]>([
    [
      'a counter before a histogram of time',
      [
        ['counter', 'x_a_b_requests_total'],
        ['histogram', 'x_request_seconds_count'],
      ],
    ],
    [
      'a histogram of time before a summary of it',
      [
        ['histogram', 'x_a_request_seconds_count'],
        ['summary', 'x_request_seconds_count'],
      ],
    ],
    [
      'a summary of time before another histogram',
      [
        ['summary', 'x_a_request_seconds_count'],
        ['histogram', 'x_requests_count'],
      ],
    ],
    [
      'another histogram before another summary',
      [
        ['histogram', 'x_a_b_requests_count'],
        ['summary', 'x_requests_count'],
      ],
    ],
    [
      'another summary before a size',
      [
        ['summary', 'x_a_b_requests_count'],
        ['histogram', 'x_request_bytes_count'],
      ],
    ],
    ...each('frontend entrypoint downstream inbound incoming ingress server').map(
      (word) =>
        [
          `the outer side (${word}) before any other`,
          [
            ['counter', `x_a_${word}_responses_total`],
            ['counter', 'x_requests_total'],
          ],
        ] as [string, [string, string][]],
    ),
    ...each('backend service router middleware handler').map(
      (word) =>
        [
          `the inner side (${word}) after any other`,
          [
            ['counter', 'x_a_b_responses_total'],
            ['counter', `${word}_requests_total`],
          ],
        ] as [string, [string, string][]],
    ),
    [
      'requests before responses',
      [
        ['counter', 'x_a_requests_total'],
        ['counter', 'x_responses_total'],
      ],
    ],
    [
      'responses before a word of serving alone',
      [
        ['counter', 'x_a_responses_total'],
        ['counter', 'x_http_total'],
      ],
    ],
    [
      'the shorter name',
      [
        ['counter', 'z_requests_total'],
        ['counter', 'a_b_requests_total'],
      ],
    ],
    [
      'the first by the alphabet if nothing else distinguishes them',
      [
        ['counter', 'a_requests_total'],
        ['counter', 'b_requests_total'],
      ],
    ],
  ])('is %s', (_, families) => {
    const page = (all: typeof families) =>
      all
        .map(([type, name]) =>
          [`# TYPE ${type === 'counter' ? name : name.replace(/_count$/, '')} ${type}`, ...lines(name, 'code', STATUSES)].join('\n'),
        )
        .join('\n');
    const [[, better], [, worse]] = families as [readonly [string, string], readonly [string, string]];
    const expected = {
      metric: better,
      notRead: [{ metric: worse, why: expect.stringContaining(`${better} comes first in the order of preference (row shape-`) }],
    };
    expect(readRequests(page(families))).toMatchObject(expected);
    expect(readRequests(page([...families].reverse()))).toMatchObject(expected);
  });
});

/** In the order in which they are tried. */
const LABELS = [
  'code', 'statusCode', 'Status', 'http_status_code', 'httpStatus', 'http_code', 'http_response_status_code',
  'http_response_code', 'response_status_code', 'responseCode', 'response_status', 'res_code', 'resp_code', 'grpc_code',
  'grpc_status', 'grpc_status_code', 'rpc_code', 'rpc_status', 'rpc_grpc_status_code', 'rpc_response_status_code',
  'status_class', 'http_status_class', 'status_code_class', 'http_response_status_code_class', 'response_status_class',
  'code_class', 'status_group', 'outcome',
];

describe('the status label of a series', () => {
  it.each(LABELS)('may be %s', (label) =>
    expect(shape('shop_requests_total', 'counter', label)).toMatchObject({ convention: { statusLabels: [label], codes: 'http' } }),
  );

  it('is the first by preference, at any position in a line', () => {
    for (const [place, label] of LABELS.slice(1).entries()) {
      const before = LABELS[place]!;
      const sample = { name: 'shop_requests_total', labels: new Map([[label, '500'], [before, '500']]), value: 1 };
      expect([label, shapeOf({ name: sample.name, type: 'counter', lines: [] }, [sample])]).toMatchObject([
        label,
        { convention: { statusLabels: [before] } },
      ]);
    }
  });

  it('is skipped if it contains no status', () => {
    const sample = { name: 'shop_requests_total', labels: new Map([['code', 'de'], ['status', '500']]), value: 1 };
    expect(shapeOf({ name: sample.name, type: 'counter', lines: [] }, [sample])).toMatchObject({
      convention: { statusLabels: ['status'] },
    });
  });

  it('may be missing from some samples', () => {
    const samples = [
      { name: 'shop_requests_total', labels: new Map([['status', '500']]), value: 1 },
      { name: 'shop_requests_total', labels: new Map(), value: 7 },
    ];
    expect(shapeOf({ name: 'shop_requests_total', type: 'counter', lines: [] }, samples)).toMatchObject({
      convention: { series: 'shop_requests_total', writtenBy: 'any framework', statusLabels: ['status'] },
    });
  });

  it('is missing if no label has one of the names', () =>
    expect(shape('shop_requests_total', 'counter', 'country')).toBe('it has no status label'));
  it('is reported with its first values if it contains no status', () => {
    expect(shape('shop_requests_total', 'counter', 'code', { de: '1', fr: '1', es: '1', us: '1' })).toBe(
      'its label code holds no status that is known ("de", "fr", "es")',
    );
  });

  it.each<[string, string, string, string[], string | undefined]>([
    ['reads gRPC codes by the name of the label', 'shop_handled_total', 'grpc_code', ['OK', 'Internal'], 'grpc'],
    ['reads numbers of gRPC by the name of the label', 'shop_handled_total', 'rpc_code', ['0', '13'], 'grpc'],
    ['reads gRPC codes by a word of the name', 'shop_grpc_handled_total', 'code', ['ok', 'internal'], 'grpc'],
    ['reads gRPC codes by a word of the name', 'shop_rpc_handled_total', 'code', ['ok', 'internal'], 'grpc'],
    ['reads gRPC codes by a word of the name', 'connect_handled_total', 'code', ['ok', 'internal'], 'grpc'],
    ['reads gRPC codes by a word of the name', 'twirp_handled_total', 'code', ['ok', 'internal'], 'grpc'],
    ['reads gRPC codes by one that is nothing else', 'shop_handled_total', 'code', ['ok', 'DEADLINE_EXCEEDED'], 'grpc'],
    ['reads gRPC before HTTP where both fit and the name says gRPC', 'shop_grpc_handled_total', 'code', ['ok', 'not_found'], 'grpc'],
    ['reads HTTP before gRPC where both fit', 'shop_handled_total', 'code', ['ok', 'not_found'], 'http'],
    ['reads HTTP statuses of a gRPC gateway', 'shop_grpc_requests_total', 'code', ['200', '500'], 'http'],
    ['reads words of a class by the name of the label', 'shop_requests_total', 'outcome', ['success', 'error'], 'http'],
    ['reads words of a class by the name of the label', 'shop_calls_total', 'status_class', ['success', 'error'], 'http'],
    ['reads words of a class by the name of the label', 'shop_calls_total', 'status_group', ['success', 'error'], 'http'],
    ['reads one status among requests without any', 'shop_requests_total', 'code', ['none', '200'], 'http'],
    ['does not read words that other labels hold, too', 'shop_requests_total', 'status', ['success', 'error'], undefined],
    ['does not read the outcome of something that is no request', 'shop_api_total', 'outcome', ['success', 'error'], undefined],
    ['does not read numbers of gRPC that may be anything', 'shop_requests_total', 'code', ['0', '13'], undefined],
    ['does not read a label in which no request has a status', 'shop_grpc_requests_total', 'code', ['none', 'null'], undefined],
    ['does not read a label with one value that is no status', 'shop_requests_total', 'code', ['200', '500', 'weird'], undefined],
  ])('%s: %s{%s=%j}: %s', (_, name, label, values, codes) => {
    const found = shape(name, 'counter', label, Object.fromEntries(values.map((value) => [value, '1'])));
    expect(typeof found === 'string' ? undefined : found.convention.codes).toBe(codes);
  });
});
