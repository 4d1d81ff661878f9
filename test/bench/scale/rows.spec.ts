import { resultOf, rowsFor, type Measured } from './rows';

const row = (id: string, access: 'cluster' | 'namespaces' = 'cluster') =>
  rowsFor({ live: 200, many: 1_000, access }).find((one) => one.id === id)!;
const result = (id: string, current: Measured, older: Measured = {}): string => resultOf(row(id), current, older);

describe('a row', () => {
  it('reaches its goal up to the limit, and misses it above', () => {
    expect([result('first', { first: 25 }), result('first', { first: 26 })]).toEqual(['reached', 'missed']);
  });

  it('is not measured without its figure, or without the figures from which its goal is calculated', () => {
    expect([result('first', {}), result('burst', { burst: 10 }), result('idle', { idleRss: 400 })]).toEqual([
      'not measured',
      'not measured',
      'not measured',
    ]);
  });

  it('misses its goal if its work did not end in time', () => expect(result('burst', { burst: Infinity }, { burst: 98 })).toBe('missed'));

  it.each([
    ['burst', 'burst', 98, 24.5],
    ['rss', 'rss', 870, 522],
    ['statements', 'statements', 1_000, 50],
  ] as const)('%s has a goal relative to the older build', (id, figure, older, limit) => {
    expect([result(id, { [figure]: limit }, { [figure]: older }), result(id, { [figure]: limit + 0.1 }, { [figure]: older })]).toEqual([
      'reached',
      'missed',
    ]);
  });

  it('misses its goal, independent of its figure, if fewer releases were live than it requires', () => {
    const current = { live: 200, requests: 4, manyLive: 302, manyRequests: 1, manyRss: 300, canaries: 1 };
    expect(['steady-many', 'rss-many', 'canaries'].map((id) => result(id, current))).toEqual(['missed', 'missed', 'missed']);
    expect(result('steady', current)).toBe('reached');
    expect(result('steady', { live: 199, requests: 4 })).toBe('missed');
    expect(row('rss-many').lacking!(current)).toBe('only 302 live');
  });

  it('for many releases has a goal of 1.5 times the requests per release of few releases', () => {
    const few = { live: 200, requests: 4, manyLive: 1_000 };
    expect([result('steady-many', { ...few, manyRequests: 30 }), result('steady-many', { ...few, manyRequests: 30.1 })]).toEqual([
      'reached',
      'missed',
    ]);
  });

  it('for idle services has a goal relative to the same number of empty applications', () => {
    expect(row('idle').goal({ emptyRss: 80, processes: 5 }, {})).toEqual({
      limit: 500,
      text: '≤ 1.25 × 5 × 80 MiB (an empty Nest application)',
    });
  });

  it('for services that watch each namespace allows one request per kind and namespace in five minutes', () => {
    expect(row('steady', 'namespaces').goal({ kinds: 6 }, {})).toEqual({ limit: 4, text: '≤ 6 kinds × 200 namespaces / 300' });
    expect(row('steady').goal({}, {})).toEqual({ limit: 5, text: '≤ 5.0/s' });
  });
});
