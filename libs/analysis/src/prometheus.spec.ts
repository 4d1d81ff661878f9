import { parseSample } from './prometheus';

describe('parseSample', () => {
  it('unescapes label values', () => {
    expect(parseSample('m{a="x\\\\y\\"z\\n",b="}"} 1.5e3 # {trace="1"} 2')).toEqual({
      name: 'm',
      labels: new Map([
        ['a', 'x\\y"z\n'],
        ['b', '}'],
      ]),
      value: 1500,
    });
  });

  it('reads quoted names and escapes them', () => {
    expect(parseSample('{"http.requests","status.code"="500",method="GET"} 3')).toEqual({
      name: 'http_requests',
      labels: new Map([
        ['status_code', '500'],
        ['method', 'GET'],
      ]),
      value: 3,
    });
    expect(parseSample('{"http.requests"} 3')).toEqual({ name: 'http_requests', labels: new Map(), value: 3 });
  });

  it.each<[string, string, Record<string, string>, number]>([
    ['m 1', 'm', {}, 1],
    ['  m\t 1  ', 'm', {}, 1],
    ['_m:a_1Z 1', '_m:a_1Z', {}, 1],
    ['m{} 1', 'm', {}, 1],
    ['m { } 1', 'm', {}, 1],
    ['m{a="1"} 1', 'm', { a: '1' }, 1],
    ['m { a = "1" , _B2 = "" , } 1', 'm', { a: '1', _B2: '' }, 1],
    ['m{a="1",b="2",} 1', 'm', { a: '1', b: '2' }, 1],
    ['m{a="{}, \\"b\\" = 1"} 1', 'm', { a: '{}, "b" = 1' }, 1],
    ['m{"http.status/code"="1","a\\"b"="2"} 1', 'm', { http_status_code: '1', a__b: '2' }, 1],
    ['{"m"} 1', 'm', {}, 1],
    [' { "m" , a="1" } 1', 'm', { a: '1' }, 1],
    ['{"m:a.b-c"} 1', 'm:a_b_c', {}, 1],
    ['{"a\\"b"} 1', 'a__b', {}, 1],
    ['m 1 1700000000000', 'm', {}, 1],
    ['m 1 -1', 'm', {}, 1],
    ['m 1 1700000000.123', 'm', {}, 1],
    ['m 1 1.7e9', 'm', {}, 1],
    ['m 1 1.7E+9', 'm', {}, 1],
    ['m 1 17e-1', 'm', {}, 1],
    ['m 1 # {trace_id="1"} 0.5 1.7e9', 'm', {}, 1],
    ['m 1 1.7e9 # {trace_id="1"} 0.5', 'm', {}, 1],
  ])('reads %j', (line, name, labels, value) =>
    expect(parseSample(line)).toEqual({ name, labels: new Map(Object.entries(labels)), value }),
  );

  it.each([
    ['0', 0],
    ['12', 12],
    ['-12', -12],
    ['+12', 12],
    ['1.5', 1.5],
    ['1.', 1],
    ['.5', 0.5],
    ['1e3', 1_000],
    ['1E3', 1_000],
    ['1.5e+3', 1_500],
    ['15e-1', 1.5],
    ['Inf', Infinity],
    ['+Inf', Infinity],
    ['-Inf', -Infinity],
    ['inf', Infinity],
    ['NaN', Number.NaN],
    ['nan', Number.NaN],
  ])('reads the value %s', (text, value) => {
    expect(parseSample(`m ${text}`)?.value).toBe(value);
  });

  it.each(['x', '0x10', '1_000', '1e', 'e3', '.', '1.5.5', 'Infinity', 'xInf', 'NaNs', 'aNaN', '1x', '--1', '1e3.5', '+', '5e1x', 'x.5'])(
    'refuses the value %s',
    (text) => expect(parseSample(`m ${text}`)).toBeUndefined(),
  );
  it.each(['1x', 'x1', '1.', '1e', '--1', '1 2'])('refuses the timestamp %s', (text) => expect(parseSample(`m 1 ${text}`)).toBeUndefined());

  it.each([
    '', '# TYPE m counter', 'm', 'm{a="1" b="2"} 1', 'm{a="1",a="2"} 1', 'm{a=1} 1', '1m 1', 'm 1 2 3', '{a="1"} 1',
    '{"m"', '{"m" a="1"} 1', '{""} 1', '{"m"}1', 'm1{a="1"}1', 'm{1a="1"} 1', 'm{a="1",,} 1', 'm{,} 1', 'm{a="1"',
    'm{a="1} 1', 'm{""="1"} 1', 'm{a="1\\"} 1', 'm} 1', 'm.a 1', 'x{"m"} {a="1"} 1', 'm{a="1"}} 1',
    'm{"a.b"="1","a_b"="2"} 1',
  ])('refuses %j', (line) => expect(parseSample(line)).toBeUndefined());
});
