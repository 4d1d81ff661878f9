import { parsePage, samplesOf, type MetricsPage } from './page';

const parsed = (...lines: string[]) => parsePage(lines.join('\n')) as MetricsPage;
const typesOf = (...lines: string[]) => Object.fromEntries([...parsed(...lines).series.values()].map(({ name, type }) => [name, type]));
const declaredOf = (...lines: string[]) => Object.fromEntries(parsed(...lines).declared);

describe('a line of a metrics page', () => {
  it.each([
    ['without labels', 'm 1', 'm'],
    ['with labels', 'm{a="1"} 1', 'm'],
    ['with labels after a space, and tabs', 'm\t{a="1"}\t1', 'm'],
    ['with braces and quotes in a label', 'm{a="}{\\"",b=""} 1', 'm'],
    ['with a colon in its name', ':app:requests:rate_1 1', ':app:requests:rate_1'],
    ['with a digit in its name, and capitals', 'http2_Requests 1', 'http2_Requests'],
    ['with a negative value', 'm -1', 'm'],
    ['with a positive sign', 'm +1', 'm'],
    ['with a value below one', 'm .5', 'm'],
    ['with NaN', 'm NaN', 'm'],
    ['with +Inf', 'm +Inf', 'm'],
    ['with -inf', 'm -inf', 'm'],
    ['with a quoted name', '{"m"} 1', 'm'],
    ['with a quoted name, labels and spaces', ' { "m" , a="1" } 1 ', 'm'],
    ['with a quoted name that has other characters', '{"http.requests/total:a","b"="1"} 1', 'http_requests_total:a'],
    ['with a quoted name that has a quote', '{"a\\"b"} 1', 'a__b'],
  ])('is a sample %s', (_, line, name) => expect([...parsed(line).series.keys()]).toEqual([name]));

  it.each([
    '1m 1', 'm', 'm ', 'm{a="1"}', 'm x', 'm {a="1" 1', 'm-1 1', 'm.a 1', '{} 1', '{""} 1', '{m} 1', '{"m" 1', '<html>',
    '{"status": 500}', 'a m 1', 'm nam', 'm +',
  ])('is no sample, and makes the text no page: %j', (line) => {
    expect(parsePage(`up 1\n\n${line}\nup 2`)).toEqual({ why: `line 3 is not a sample: ${JSON.stringify(line.trim())}` });
  });

  it('is quoted in the error with its first 60 characters if it is not a sample', () => {
    expect(parsePage(`${'x'.repeat(61)}\n`)).toEqual({ why: `line 1 is not a sample: "${'x'.repeat(60)}"` });
  });
});

describe('a metrics page', () => {
  it('may end with or without a newline, and have empty lines and lines of Windows', () => {
    const [series] = parsed('m{a="1"} 1', 'm{a="2"} 2').series.values();
    for (const text of ['m{a="1"} 1\nm{a="2"} 2\n', 'm{a="1"} 1\r\nm{a="2"} 2\r\n', '\n\nm{a="1"} 1\n \n  m{a="2"} 2\n\n'])
      expect([...(parsePage(text) as MetricsPage).series.values()]).toEqual([series]);
    expect(series).toEqual({ name: 'm', type: 'untyped', lines: ['m{a="1"} 1', 'm{a="2"} 2'] });
  });

  it.each(['', '\n', '# HELP m Text.', '# EOF'])('has a sample or a type: %j', (text) =>
    expect(parsePage(text)).toEqual({ why: 'it has no sample' }),
  );
  it('may have types alone', () =>
    expect(parsed('# TYPE m counter')).toEqual({ series: new Map(), declared: new Map([['m', 'counter']]) }));

  it('counts its lines, empty ones and comments too, up to the limit', () => {
    expect(parsePage('# a\n\nm 1', 3)).toMatchObject({ series: expect.any(Map) });
    expect(parsePage('# a\n\nm 1\n# b', 3)).toEqual({ why: 'it has more than 3 lines' });
    expect(parsePage('m 1\n'.repeat(20_000))).toMatchObject({ series: expect.any(Map) });
    expect(parsePage('m 1\n'.repeat(20_001))).toEqual({ why: 'it has more than 20000 lines' });
  });

  it.each(['bucket', 'sum', 'created', 'max', 'min', 'gsum', 'gcount'])(
    'is parsed without series that never count requests: _%s',
    (suffix) => {
      expect(Object.keys(typesOf('m_total 1', `m_${suffix} 1`, `m_${suffix} 2`, `m_${suffix}_total 1`, `m${suffix} 1`))).toEqual([
        'm_total',
        `m_${suffix}_total`,
        `m${suffix}`,
      ]);
    },
  );

  it.each([['1.7e9', 1.7e9], ['1700000000.25', 1_700_000_000.25]])('may have the start of its process: %s', (value, expected) => {
    expect(parsed(`process_start_time_seconds ${value}`)).toMatchObject({ processStartTime: expected });
  });
  it.each(['process_start_time_seconds NaN', 'process_start_time_seconds +Inf', 'process_start_time_seconds 1x', 'up 1'])(
    'has no start of its process where it is no time: %s',
    (line) => expect(parsed(line)).not.toHaveProperty('processStartTime'),
  );
});

describe('the type of a series', () => {
  it.each([
    ['counter', 'm 1', { m: 'counter' }],
    ['counter', 'm_total 1', { m_total: 'counter' }],
    ['COUNTER', 'm 1', { m: 'counter' }],
    ['gauge', 'm 1', { m: 'gauge' }],
    ['untyped', 'm 1', { m: 'untyped' }],
    ['unknown', 'm 1', { m: 'untyped' }],
    ['info', 'm 1', { m: 'gauge' }],
    ['stateset', 'm 1', { m: 'gauge' }],
    ['gaugehistogram', 'm 1', { m: 'gauge' }],
    ['histogram', 'm_count 1', { m_count: 'histogram' }],
    ['summary', 'm_count 1', { m_count: 'summary' }],
    ['summary', 'm{quantile="0.5"} 1', {}],
    ['histogram', 'm 1', {}],
    ['histogram', 'm_total 1', { m_total: 'untyped' }],
    ['counter', 'm_count 1', { m_count: 'untyped' }],
    ['gauge', 'm_count 1', { m_count: 'untyped' }],
    ['gauge', 'm_total 1', { m_total: 'untyped' }],
    ['counter', 'm_total_a 1', { m_total_a: 'untyped' }],
    ['counter', 'other_total 1', { other_total: 'untyped' }],
  ])('declared as m %s, of the sample %s, is %j', (type, line, expected) => {
    expect(typesOf(`# TYPE m ${type}`, line)).toEqual(expected);
    expect(typesOf(line, `#  TYPE  m\t${type}  `)).toEqual(expected);
  });

  it('may be declared by a quoted name, escaped like those of the samples', () => {
    expect(typesOf('# TYPE "http.requests" gauge', '{"http.requests",code="200"} 1')).toEqual({ http_requests: 'gauge' });
    expect(typesOf('# TYPE "http.requests" counter', '{"http.requests_total",code="200"} 1')).toEqual({ http_requests_total: 'counter' });
    expect(declaredOf('# TYPE "http.requests" counter')).toEqual({ http_requests: 'counter' });
  });

  it.each(['#TYPE m gauge', '# HELP m gauge', '# TYPE m', '## TYPE m gauge'])('is not declared by %j', (line) =>
    expect(typesOf(line, 'm 1')).toEqual({ m: 'untyped' }),
  );
});

describe('a declared series without samples', () => {
  it.each([
    ['a counter', ['# TYPE m counter'], { m: 'counter' }],
    ['the count of a histogram', ['# TYPE m histogram'], { m_count: 'histogram' }],
    ['the count of a summary', ['# TYPE m summary'], { m_count: 'summary' }],
    ['no gauge', ['# TYPE m gauge'], {}],
    ['nothing without a type', ['# TYPE m untyped'], {}],
    ['no counter that has a sample', ['# TYPE m counter', 'm 1'], {}],
    ['no counter of OpenMetrics that has a sample', ['# TYPE m counter', 'm_total 1'], {}],
    ['no histogram that has a sample', ['# TYPE m histogram', 'm_count 1'], {}],
    ['a counter beside another one', ['# TYPE m counter', 'n 1'], { m: 'counter' }],
  ])('is %s', (_, lines, expected) => expect(declaredOf(...lines)).toEqual(expected));
});

describe('samplesOf', () => {
  it('returns all samples of a series, or undefined if one is malformed', () => {
    expect(samplesOf({ name: 'm', type: 'counter', lines: ['m{a="1"} 1', 'm 2'] })).toEqual([
      { name: 'm', labels: new Map([['a', '1']]), value: 1 },
      { name: 'm', labels: new Map(), value: 2 },
    ]);
    expect(samplesOf({ name: 'm', type: 'counter', lines: ['m{a="1"} 1', 'm{a=} 2'] })).toBeUndefined();
  });
});
