import { parseSample } from './prometheus';

describe('parseSample', () => {
  it('unescapes label values', () => {
    expect(parseSample('m{a="x\\\\y\\"z\\n",b="}"} 1.5e3 # {trace="1"} 2')).toEqual({ name: 'm', labels: new Map([['a', 'x\\y"z\n'], ['b', '}']]), value: 1500 });
  });

  it('reads quoted names and escapes them', () => {
    expect(parseSample('{"http.requests","status.code"="500",method="GET"} 3')).toEqual({ name: 'http_requests', labels: new Map([['status_code', '500'], ['method', 'GET']]), value: 3 });
    expect(parseSample('{"http.requests"} 3')).toEqual({ name: 'http_requests', labels: new Map(), value: 3 });
  });

  it.each(['', '# TYPE m counter', 'm', 'm{a="1" b="2"} 1', 'm{a="1",a="2"} 1', 'm{a=1} 1', '1m 1', 'm 1 2 3', '{a="1"} 1', '{"m"'])('refuses %j', (line) => expect(parseSample(line)).toBeUndefined());
});
