import fc from 'fast-check';
import { parseRequestCounts } from './parse-request-counts';
import { parseSample } from './prometheus';

describe('parseRequestCounts', () => {
  it('sums all series and counts 5xx as errors', () => {
    const page = [
      '# HELP http_requests_total Requests.',
      '# TYPE http_requests_total counter',
      'http_requests_total{method="GET",code="200"} 90',
      'http_requests_total{method="GET",code="404"} 3 1700000000000',
      'http_requests_total{method="POST",code="500"} 5',
      'http_requests_total{method="POST",code="503"} 2',
      'http_requests_total_created{code="500"} 1.7e9',
      'process_cpu_seconds_total 3.5',
      '',
    ].join('\n');
    expect(parseRequestCounts(page)).toEqual({ requests: 100, errors: 7 });
  });

  it.each(['code', 'status', 'status_code'])('knows the label %s', (label) => {
    expect(parseRequestCounts(`http_requests_total{${label}="200"} 1\r\nhttp_requests_total{${label}="5xx"} 2`)).toEqual({ requests: 3, errors: 2 });
  });

  it.each([
    ['an empty page', ''],
    ['a page without the metric', 'up 1'],
    ['the metric without a status', 'http_requests_total{method="GET"} 5'],
    ['NaN', 'http_requests_total{code="200"} NaN'],
    ['+Inf', 'http_requests_total{code="200"} +Inf'],
    ['a negative count', 'http_requests_total{code="200"} -1'],
    ['a value that is none', 'http_requests_total{code="200"} 0x10'],
    ['an open brace', 'http_requests_total{code="200" 5'],
    ['HTML', '<html>http_requests_total</html>'],
  ])('finds nothing to go by in %s', (_, page) => expect(parseRequestCounts(page)).toBeUndefined());

  it('takes one bad series for no data at all', () => {
    expect(parseRequestCounts('http_requests_total{code="200"} 10\nhttp_requests_total{code="500"} NaN')).toBeUndefined();
  });

  it('refuses a page that is too long rather than reading half of it', () => {
    const lines = (count: number) => 'http_requests_total{code="200"} 1\n'.repeat(count);
    expect(parseRequestCounts(lines(5), 5)).toEqual({ requests: 5, errors: 0 });
    expect(parseRequestCounts(lines(6), 5)).toBeUndefined();
  });

  it('never throws and never gives anything but counts', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string().map((rest) => `http_requests_total${rest}`), fc.string().map((value) => `http_requests_total{code="${value}"} 1`)), (page) => {
      const counts = parseRequestCounts(page);
      expect(counts === undefined || (counts.errors >= 0 && counts.errors <= counts.requests && Number.isFinite(counts.requests))).toBe(true);
    }));
  });

  it('gives back what was written, whatever the other labels hold', () => {
    const series = fc.record({ status: fc.constantFrom('200', '301', '404', '500', '502'), path: fc.string({ unit: 'binary' }), value: fc.nat(1_000_000) });
    fc.assert(fc.property(fc.array(series, { minLength: 1, maxLength: 20 }), (all) => {
      const page = all.map(({ status, path, value }) => `http_requests_total{path="${escape(path)}",code="${status}"} ${value}`).join('\n');
      const sum = (values: typeof all) => values.reduce((total, { value }) => total + value, 0);
      expect(parseRequestCounts(page)).toEqual({ requests: sum(all), errors: sum(all.filter(({ status }) => status.startsWith('5'))) });
    }));
  });
});

describe('parseSample', () => {
  it('unescapes label values', () => {
    expect(parseSample('m{a="x\\\\y\\"z\\n",b="}"} 1.5e3 # {trace="1"} 2')).toEqual({ name: 'm', labels: new Map([['a', 'x\\y"z\n'], ['b', '}']]), value: 1500 });
  });
  it.each(['', '# TYPE m counter', 'm', 'm{a="1" b="2"} 1', 'm{a="1",a="2"} 1', 'm{a=1} 1', '1m 1', 'm 1 2 3'])('refuses %j', (line) => expect(parseSample(line)).toBeUndefined());
});

const escape = (value: string): string => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
