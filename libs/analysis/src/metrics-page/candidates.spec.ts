import { readRequests } from './read-requests';

const read = (...lines: string[]) => readRequests(lines.join('\n'));
const named = (lines: readonly string[], metric: string, statusLabel = 'code', errors?: readonly string[]) =>
  readRequests(lines.join('\n'), { metric, statusLabel, errors });

describe('the explanation why a series is not read', () => {
  it.each([
    ['http_requests_total{method="GET"} 5', 'http_requests_total', 'it has no status label (code, status, status_code)'],
    ['# TYPE http_requests_total gauge\nhttp_requests_total{code="200"} 5', 'http_requests_total', 'it is a gauge'],
    ['shop_requests_total 5', 'shop_requests_total', 'it has no status label'],
    ['shop_responses_total{code="de"} 5', 'shop_responses_total', 'its label code holds no status that is known ("de")'],
    ['http_requests_total{direction="outbound",code="500"} 7', 'http_requests_total', 'it counts requests that the app sends'],
    ['shop_requests_total{direction="outbound",code="500"} 7', 'shop_requests_total', 'it counts requests that the app sends'],
  ])('is part of the result for %s', (text, metric, why) =>
    expect(readRequests(text)).toEqual({ kind: 'noSeries', notRead: [{ metric, why }] }),
  );

  it('is omitted for series whose name does not suggest requests', () =>
    expect(read('orders_total{code="200"} 5', 'up 1')).toEqual({ kind: 'noSeries', notRead: [] }));
});

describe('a malformed series', () => {
  it.each([
    ['http_requests_total{code="200"} -1', 'http_requests_total has the value -1, which is no count'],
    ['http_requests_total{code="200"} NaN', 'http_requests_total has the value NaN, which is no count'],
    ['shop_requests_total{code="200"} +Inf', 'shop_requests_total has the value Infinity, which is no count'],
    ['http_requests_total{code="200",code="500"} 1', 'http_requests_total has a malformed sample'],
    ['shop_requests_total{code="200",code="500"} 1', 'shop_requests_total has a malformed sample'],
    ['shop_requests_total{code="200} 1', 'shop_requests_total has a malformed sample'],
    [
      'b_requests_total{code="200} 1\na_x_requests_total{code="200} 1\nc_requests_total{code="200"} 0',
      'a_x_requests_total has a malformed sample',
    ],
    ['x_2xx_requests_total{a="1",a="2"} 1', 'x_Nxx_requests_total has a malformed sample'],
    ['x_5xx_requests_total -1', 'x_Nxx_requests_total has the value -1, which is no count'],
  ])('makes the page unreadable: %s', (text, why) => expect(readRequests(text)).toEqual({ kind: 'unreadable', why }));

  it('is skipped if no convention names it and another series is valid', () => {
    expect(read('shop_requests_total{a="1",a="2"} 1', 'z_request_bytes_count{code="200"} 3')).toMatchObject({
      kind: 'counts',
      requests: 3,
      notRead: [{ metric: 'shop_requests_total', why: 'it has a malformed sample' }],
    });
  });

  it.each([
    'orders_total{a="1",a="2"} 1',
    'shop_http_total{a="1",a="2"} 1',
    '# TYPE shop_requests gauge\nshop_requests{a="1",a="2"} 1',
    'http_client_requests_total{a="1",a="2"} 1',
  ])('matters only if it may count requests: %s', (text) => {
    expect(readRequests(text)).toMatchObject({ kind: 'noSeries' });
  });

  it('may have 0 and samples without a status, which count for nothing', () => {
    expect(read('http_requests_total{code="200"} 0', 'http_requests_total NaN', 'http_requests_total{status="500"} 2')).toMatchObject({
      kind: 'counts', requests: 2, errors: 2, samples: 2, statusLabel: 'code',
    });
  });
});

describe('requests that the app sends', () => {
  it.each([
    'direction="outbound"', 'direction="OUTBOUND"', 'span_kind="client"', 'span_kind="SPAN_KIND_CLIENT"',
    'kind="client"', 'reporter="source"',
  ])('are left out: %s', (label) => {
    expect(read(`http_requests_total{${label},code="500"} 7`, 'http_requests_total{code="200"} 5')).toMatchObject({
      requests: 5, errors: 0, samples: 1,
    });
  });
  it.each(['direction="inbound"', 'span_kind="SPAN_KIND_SERVER"', 'kind="server"', 'reporter="destination"', 'side="client"'])(
    'are not those with %s',
    (label) => {
      expect(read(`http_requests_total{${label},code="500"} 7`)).toMatchObject({ requests: 7, errors: 7 });
    },
  );
});

describe('the order of preference', () => {
  it('is that of the table, not that of the page', () => {
    const lines = [
      'http_request_duration_seconds_count{code="200"} 3',
      'http_requests_total{code="200"} 2',
      'grpc_server_handled_total{grpc_code="OK"} 1',
    ];
    const expected = {
      metric: 'grpc_server_handled_total',
      requests: 1,
      notRead: [
        {
          metric: 'http_requests_total',
          why: 'grpc_server_handled_total comes first in the order of preference (row grpc-server-handled)',
        },
        { metric: 'http_request_duration_seconds_count' },
      ],
    };
    expect(read(...lines)).toMatchObject(expected);
    expect(read(...lines.reverse())).toMatchObject(expected);
  });

  it('has counters with the class in their name after the table and before shapes', () => {
    const classes = 'x_2xx_responses_total 4';
    expect(read('http_request_duration_seconds_count{code="200"} 3', classes)).toMatchObject({ requests: 3 });
    expect(read(classes, 'http_request_duration_seconds_count{code="200"} 3')).toMatchObject({ requests: 3 });
    expect(read('shop_requests_total{code="200"} 3', classes)).toMatchObject({ requests: 4, row: 'class-in-name', statusLabel: 'class' });
  });

  it('selects the first series if none has counted requests', () => {
    expect(read('http_requests_total{code="200"} 0', 'http_request_duration_seconds_count{code="200"} 0')).toMatchObject({
      metric: 'http_requests_total',
      requests: 0,
      notRead: [
        {
          metric: 'http_request_duration_seconds_count',
          why: 'http_requests_total comes first in the order of preference (row http-requests)',
        },
      ],
    });
  });

  it('matches whole names only', () => {
    expect(read('my_http_requests_total{code="200"} 1')).toMatchObject({ row: 'shape-counter' });
    expect(read('http_requests_total_x{code="200"} 1')).toMatchObject({ kind: 'noSeries' });
  });
});

describe('counters that have the class of the status in their name', () => {
  it.each([
    ['x_5xx_responses_total', 'x_Nxx_responses_total'],
    ['x_5XX_response', 'x_Nxx_response'],
    ['x_5xx_request_total', 'x_Nxx_request_total'],
  ] as const)('are read: %s', (name, metric) => {
    expect(read(`${name} 2`, `${name.replace('5', '4')} 3`)).toMatchObject({
      metric, requests: 5, errors: 2, samples: 2, row: 'class-in-name',
    });
  });

  it.each([
    'x_6xx_responses_total 2', 'x_5xx_total 2', 'x5xx_responses_total 2', 'x_5xx_responsestotal 2',
    '# TYPE x_5xx_responses gauge\nx_5xx_responses 2',
  ])('are not %j', (text) => expect(readRequests(text)).toMatchObject({ kind: 'noSeries' }));

  it('are read by the sum of all actions if it exists', () => {
    expect(
      read('x_2xx_responses_total{action="all"} 9', 'x_2xx_responses_total{action="GET-a"} 2', 'x_5xx_responses_total{action="all"} 1'),
    ).toMatchObject({ requests: 10, errors: 1, samples: 2 });
    expect(read('x_2xx_responses_total{action="GET-a"} 2', 'x_5xx_responses_total{action="GET-b"} 1')).toMatchObject({
      requests: 3,
      errors: 1,
    });
  });

  it('form one family per common name', () => {
    expect(read('a_2xx_responses_total 1', 'b_5xx_responses_total 2')).toMatchObject({
      metric: 'a_Nxx_responses_total', requests: 1, errors: 0,
      notRead: [{ metric: 'b_Nxx_responses_total' }],
    });
  });

  it('may count the requests that the app sends, which are not read', () => {
    expect(read('x_5xx_responses_total{direction="outbound"} 2')).toEqual({
      kind: 'noSeries',
      notRead: [{ metric: 'x_Nxx_responses_total', why: 'it counts requests that the app sends' }],
    });
  });
});

describe('the series that a policy names', () => {
  it('may be named without its _count or _total, the exact name first, then the _count', () => {
    const [exact, count, total] = ['m{code="200"} 1', 'm_count{code="200"} 2', 'm_total{code="200"} 3'];
    expect(named([total, count, exact], 'm')).toMatchObject({
      metric: 'm', requests: 1, row: 'policy', statusLabel: 'code', samples: 1,
      notRead: [],
    });
    expect(named([total, count], 'm')).toMatchObject({ metric: 'm_count', requests: 2 });
    expect(named([total], 'm')).toMatchObject({ metric: 'm_total', requests: 3 });
  });

  it('is not read without its label, or where it is a gauge', () => {
    expect(named(['m{a="200"} 1'], 'm')).toEqual({ kind: 'noSeries', notRead: [{ metric: 'm', why: 'it has no status label (code)' }] });
    expect(named(['# TYPE m gauge', 'm{code="200"} 1'], 'm')).toEqual({
      kind: 'noSeries',
      notRead: [{ metric: 'm', why: 'it is a gauge, and the policy names it (analysis.requests)' }],
    });
  });

  it.each([
    ['code', '500', 1],
    ['code', 'SERVER_ERROR', 1],
    ['code', 'INTERNAL', 0],
    ['code', '13', 0],
    ['grpc_code', 'INTERNAL', 1],
    ['Rpc_status', '13', 1],
    ['grpc_code', '500', 1],
    ['grpc_code', 'OK', 0],
    ['code', '404', 0],
  ])('has the usual errors where the policy names none: %s=%s counts %d', (label, value, errors) => {
    expect(named([`m{${label}="${value}"} 1`], 'm', label)).toMatchObject({ requests: 1, errors });
  });

  it.each<[string, string, boolean]>([
    ['5xx', '503', true],
    ['5xx', '5XX', true],
    ['5XX', '503', true],
    ['5xx', '50', false],
    ['5xx', '5033', false],
    ['5xx', '5a3', false],
    ['xx5', '125', true],
    ['x', 'x', true],
    ['x', '5', false],
    ['xx', '55', false],
    ['500', '500', true],
    ['500', '501', false],
    ['Timeout', 'TIMEOUT', true],
    ['max', 'mab', false],
    ['x5y', 'x5y', true],
    ['x5y', '05y', false],
    ['y5x', 'y50', false],
  ])('has the errors that the policy names: %s matches %s: %s', (pattern, value, matches) => {
    expect(named([`m{code="${value}"} 1`], 'm', 'code', ['none', pattern])).toMatchObject({ requests: 1, errors: matches ? 1 : 0 });
  });

  it('counts zero where it is declared and has no sample yet', () => {
    expect(named(['# TYPE m counter', 'up 1'], 'm')).toEqual({
      kind: 'counts', metric: 'm', statusLabel: 'code', row: 'policy', samples: 0, requests: 0, errors: 0,
      notRead: [{ metric: 'm', why: 'the page does not have it, and the policy names it (analysis.requests)' }],
    });
    expect(named(['# TYPE m histogram', 'up 1'], 'm')).toMatchObject({ kind: 'counts', requests: 0 });
    expect(named(['# TYPE n counter', 'up 1'], 'm')).toMatchObject({ kind: 'noSeries' });
    expect(named(['# TYPE http_requests_total counter', 'up 1'], 'm')).toMatchObject({ kind: 'noSeries' });
  });
});

describe('a declared series without samples', () => {
  it('is read by the first convention, with its first label', () => {
    expect(read('# TYPE http_request_duration_seconds histogram', '# TYPE grpc_server_handled_total counter')).toEqual({
      kind: 'counts', metric: 'grpc_server_handled_total', statusLabel: 'grpc_code', row: 'grpc-server-handled',
      samples: 0, requests: 0, errors: 0,
      notRead: [],
    });
  });
  it('is ignored if no convention names it', () =>
    expect(read('# TYPE shop_requests_total counter', 'up 1')).toEqual({ kind: 'noSeries', notRead: [] }));
});
