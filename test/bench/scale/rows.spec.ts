import { resultOf, rowsFor, type Measured } from './rows';

const row = (id: string, access: 'cluster' | 'namespaces' = 'cluster') =>
  rowsFor({ live: 200, many: 1_000, access }).find((one) => one.id === id)!;
const result = (id: string, now: Measured, then: Measured = {}): string => resultOf(row(id), now, then);

describe('a row', () => {
  it('is reached up to its aim, and missed above it', () => {
    expect([result('first', { first: 25 }), result('first', { first: 26 })]).toEqual(['reached', 'missed']);
  });

  it('is not measured without its figure, or without the figures that its aim is made of', () => {
    expect([result('first', {}), result('burst', { burst: 10 }), result('idle', { idleRss: 400 })]).toEqual([
      'not measured',
      'not measured',
      'not measured',
    ]);
  });

  it('whose work did not end in its time is missed', () => expect(result('burst', { burst: Infinity }, { burst: 98 })).toBe('missed'));

  it.each([
    ['burst', 'burst', 98, 24.5],
    ['rss', 'rss', 870, 522],
    ['statements', 'statements', 1_000, 50],
  ] as const)('%s is held against the older build', (id, figure, then, limit) => {
    expect([result(id, { [figure]: limit }, { [figure]: then }), result(id, { [figure]: limit + 0.1 }, { [figure]: then })]).toEqual([
      'reached',
      'missed',
    ]);
  });

  it('is missed, whatever its figure, if fewer releases were live than it says', () => {
    const now = { live: 200, requests: 4, manyLive: 302, manyRequests: 1, manyRss: 300, canaries: 1 };
    expect(['steady-many', 'rss-many', 'canaries'].map((id) => result(id, now))).toEqual(['missed', 'missed', 'missed']);
    expect(result('steady', now)).toBe('reached');
    expect(result('steady', { live: 199, requests: 4 })).toBe('missed');
    expect(row('rss-many').lacking!(now)).toBe('only 302 live');
  });

  it('for many releases may cost half as much again per release as for few', () => {
    const few = { live: 200, requests: 4, manyLive: 1_000 };
    expect([result('steady-many', { ...few, manyRequests: 30 }), result('steady-many', { ...few, manyRequests: 30.1 })]).toEqual([
      'reached',
      'missed',
    ]);
  });

  it('of idle services is held against as many empty applications', () => {
    expect(row('idle').aim({ emptyRss: 80, processes: 5 }, {})).toEqual({
      limit: 500,
      text: '≤ 1.25 × 5 × 80 MiB (an empty Nest application)',
    });
  });

  it('of services that watch each namespace may cost a request per kind and namespace in five minutes', () => {
    expect(row('steady', 'namespaces').aim({ kinds: 6 }, {})).toEqual({ limit: 4, text: '≤ 6 kinds × 200 namespaces / 300' });
    expect(row('steady').aim({}, {})).toEqual({ limit: 5, text: '≤ 5.0/s' });
  });
});
