import fc from 'fast-check';
import { readRequests } from './read-requests';

const counted = (page: string) => {
  const reading = readRequests(page);
  return reading.kind === 'counts' ? { requests: reading.requests, errors: reading.errors } : reading.kind;
};

describe('readRequests', () => {
  it('adds up all series and counts 5xx as errors', () => {
    const page = [
      '# HELP http_requests_total Requests.',
      '# TYPE http_requests_total counter',
      'http_requests_total{method="GET",code="200"} 90',
      'http_requests_total{method="GET",code="404"} 3 1700000000000',
      'http_requests_total{method="POST",code="500"} 5',
      'http_requests_total{method="POST",code="503"} 2',
      'http_requests_total_created{code="500"} 1.7e9',
      'process_cpu_seconds_total 3.5',
      'process_start_time_seconds 1.7e9',
      '',
    ].join('\n');
    expect(readRequests(page)).toMatchObject({
      kind: 'counts', requests: 100, errors: 7, metric: 'http_requests_total', statusLabel: 'code',
      row: 'http-requests', samples: 4, processStartTime: 1.7e9,
    });
  });

  it.each(['code', 'status', 'status_code'])('reads the status from the label %s', (label) => {
    expect(counted(`http_requests_total{${label}="200"} 1\r\nhttp_requests_total{${label}="5xx"} 2`)).toEqual({ requests: 3, errors: 2 });
  });

  it.each([
    ['a page without requests', 'up 1'],
    ['requests without a status', 'http_requests_total{method="GET"} 5'],
    ['a gauge with the name of a counter', '# TYPE http_requests_total gauge\nhttp_requests_total{code="200"} 5'],
  ])('finds no series in %s', (_, page) => expect(counted(page)).toBe('noSeries'));

  it.each([
    ['an empty page', ''],
    ['NaN', 'http_requests_total{code="200"} NaN'],
    ['+Inf', 'http_requests_total{code="200"} +Inf'],
    ['a negative count', 'http_requests_total{code="200"} -1'],
    ['a hexadecimal value', 'http_requests_total{code="200"} 0x10'],
    ['an open brace', 'http_requests_total{code="200" 5'],
    ['one bad sample among good ones', 'http_requests_total{code="200"} 10\nhttp_requests_total{code="500"} NaN'],
    ['HTML', '<html>http_requests_total</html>'],
    ['JSON', '{"status": 500}'],
    ['a page that is cut off', 'http_requests_total{code="200"} 10\nhttp_requests_total{code="5'],
    ['a plain error text', 'upstream connect error or disconnect/reset before headers'],
  ])('refuses %s', (_, page) => expect(counted(page)).toBe('unreadable'));

  it('refuses a page that is too long instead of reading a part of it', () => {
    const lines = (count: number) => 'http_requests_total{code="200"} 1\n'.repeat(count);
    expect(readRequests(lines(5), undefined, 5)).toMatchObject({ requests: 5, errors: 0 });
    expect(readRequests(lines(6), undefined, 5)).toEqual({ kind: 'unreadable', why: 'it has more than 5 lines' });
  });

  it('never throws, and returns only valid counts', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string().map((rest) => `http_requests_total${rest}`),
          fc.string().map((value) => `http_requests_total{code="${value}"} 1`),
        ),
        (page) => {
          const reading = readRequests(page);
          expect(
            reading.kind !== 'counts' || (reading.errors >= 0 && reading.errors <= reading.requests && Number.isFinite(reading.requests)),
          ).toBe(true);
        },
      ),
    );
  });

  it('returns the written counts for any other labels', () => {
    const series = fc.record({
      status: fc.constantFrom('200', '301', '404', '500', '502'),
      path: fc.string({ unit: 'binary' }),
      value: fc.nat(1_000_000),
    });
    fc.assert(fc.property(fc.array(series, { minLength: 1, maxLength: 20 }), (all) => {
      const page = all.map(({ status, path, value }) => `http_requests_total{path="${escape(path)}",code="${status}"} ${value}`).join('\n');
      const sum = (values: typeof all) => values.reduce((total, { value }) => total + value, 0);
      expect(counted(page)).toEqual({ requests: sum(all), errors: sum(all.filter(({ status }) => status.startsWith('5'))) });
    }));
  });

  it('reads zero for a declared counter without samples', () => {
    expect(readRequests('# TYPE http_requests_total counter\nup 1')).toMatchObject({
      kind: 'counts', requests: 0, errors: 0, row: 'http-requests', samples: 0,
    });
    expect(readRequests('# TYPE http_request_duration_seconds histogram\nup 1')).toMatchObject({
      kind: 'counts',
      requests: 0,
      metric: 'http_request_duration_seconds_count',
    });
  });

  it('prefers a series with requests to a preferred series without', () => {
    const page = 'grpc_server_handled_total{grpc_code="OK"} 0\nhttp_requests_total{code="500"} 3';
    expect(readRequests(page)).toMatchObject({
      metric: 'http_requests_total', requests: 3, errors: 3,
      notRead: [{ metric: 'grpc_server_handled_total', why: 'it has counted nothing' }],
    });
    expect(readRequests(page.replace('} 0', '} 1'))).toMatchObject({ metric: 'grpc_server_handled_total', requests: 1, errors: 0 });
  });

  it('refuses a page whose preferred series is malformed, even if another one is valid', () => {
    expect(counted('http_requests_total{code="200"} NaN\nhttp_request_duration_seconds_count{code="200"} 3')).toBe('unreadable');
  });

  it('reads the series that a policy names, and its errors by its patterns', () => {
    const text = ['500', '50', '5000', '5ab', 'TIMEOUT', '200', '5xx'].map((state) => `jobs_total{state="${state}"} 1`).join('\n');
    const named = (errors?: readonly string[], metric = 'jobs_total') => readRequests(text, { metric, statusLabel: 'state', errors });
    expect(named(['5xx', 'timeout'])).toMatchObject({ kind: 'counts', row: 'policy', requests: 7, errors: 3 });
    expect(named(['50'])).toMatchObject({ errors: 1 });
    expect(named(['max'])).toMatchObject({ errors: 0 });
    expect(named()).toMatchObject({ errors: 2 });
    expect(named(undefined, 'jobs')).toMatchObject({ metric: 'jobs_total' });
    expect(named(undefined, 'missing')).toMatchObject({
      kind: 'noSeries',
      notRead: [{ metric: 'missing', why: 'the page does not have it, and the policy names it (analysis.requests)' }],
    });
    expect(
      readRequests('# TYPE jobs_total gauge\njobs_total{state="500"} 1', { metric: 'jobs_total', statusLabel: 'state' }),
    ).toMatchObject({ kind: 'noSeries', notRead: [{ metric: 'jobs_total', why: expect.stringContaining('gauge') }] });
    expect(readRequests('# TYPE jobs_total counter\nup 1', { metric: 'jobs_total', statusLabel: 'state' })).toMatchObject({
      kind: 'counts', requests: 0, row: 'policy',
    });
  });

  it('reads OpenMetrics, with exemplars, timestamps in seconds and quoted names', () => {
    const page = [
      '# TYPE http_server_request_duration_seconds histogram',
      '# UNIT http_server_request_duration_seconds seconds',
      'http_server_request_duration_seconds_bucket{http_response_status_code="200",le="+Inf"} 3 # {trace_id="4bf92f"} 0.67 1.7e9',
      'http_server_request_duration_seconds_count{http_response_status_code="200"} 3 1700000000.123',
      '{"http_server_request_duration_seconds_count","http.response.status.code"="503"} 2',
      'http_server_request_duration_seconds_created{http_response_status_code="200"} 1.7e9',
      '# EOF',
    ].join('\n');
    expect(readRequests(page)).toMatchObject({ kind: 'counts', requests: 5, errors: 2, row: 'otel-http' });
    const counter = '# TYPE http_requests counter\nhttp_requests_total{code="500"} 2\nhttp_requests_created{code="500"} 1.7e9\n# EOF';
    expect(readRequests(counter)).toMatchObject({ kind: 'counts', requests: 2, errors: 2 });
  });

  it('counts only incoming requests if one family has both directions', () => {
    const page = 'http_requests_total{direction="inbound",code="200"} 5\nhttp_requests_total{direction="outbound",code="500"} 7';
    expect(counted(page)).toEqual({ requests: 5, errors: 0 });
    expect(counted('http_requests_total{reporter="source",code="500"} 7')).toBe('noSeries');
  });
});

const escape = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
