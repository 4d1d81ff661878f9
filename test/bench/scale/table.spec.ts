import { rowsFor } from './rows';
import { scaleSections } from './table';

const rows = rowsFor({ live: 200, many: 1_000, access: 'cluster' }).filter(({ id }) => id === 'first' || id === 'burst');
const profile = { text: 'Who asks.', head: ['service'], rows: [['executor']] };
const report = (first: number, burst: number) =>
  scaleSections({
    rows,
    measured: { then: { first: 150, burst: 98 }, now: { first, burst } },
    profiles: { first: profile, burst: profile },
    commit: '18728d6',
    text: 'Both.',
  });

describe('the sections of scale', () => {
  it('show each row of both builds beside its aim', () => {
    expect(report(24, 49)[0]).toEqual({
      title: 'What a live release costs',
      text: 'Both.',
      head: ['', '18728d6', 'now', 'now ÷ 18728d6', 'aim', ''],
      rows: [
        ['API requests of one first release (deployment, service, secret)', '150', '24', '0.16 ×', '≤ 25', 'reached'],
        ['200 first releases at once until all are promoted', '98 s', '49 s', '0.50 ×', '≤ 0.25 ×', 'missed'],
      ],
      missed: ['200 first releases at once until all are promoted: 49 s, aim ≤ 0.25 ×'],
    });
  });

  it('show a profile of each row that is missed, and of no other', () => {
    expect(report(24, 49).slice(1)).toEqual([
      { title: 'Where it goes: 200 first releases at once until all are promoted', ...profile, missed: [] },
    ]);
  });

  it('say how many releases were live if they were fewer than a row needs', () => {
    const few = rowsFor({ live: 200, many: 1_000, access: 'cluster' }).filter(({ id }) => id === 'rss-many');
    const measured = { then: {}, now: { manyLive: 302, manyRss: 500 } };
    const [table] = scaleSections({ rows: few, measured, profiles: {}, commit: '18728d6', text: '' });
    expect(table!.rows).toEqual([['services’ RSS, 1000 live', '–', '500 MiB', '', '≤ 900 MiB', 'missed: only 302 live']]);
  });

  it('say of a row that it has not ended', () =>
    expect(report(24, Infinity)[0]!.rows[1]).toEqual([expect.any(String), '98 s', 'not ended', '', '≤ 0.25 ×', 'missed']));
});
