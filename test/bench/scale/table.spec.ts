import { rowsFor } from './rows';
import { scaleSections } from './table';

const rows = rowsFor({ live: 200, many: 1_000, access: 'cluster' }).filter(({ id }) => id === 'first' || id === 'burst');
const profile = { text: 'The requests.', head: ['service'], rows: [['executor']] };
const report = (first: number, burst: number) =>
  scaleSections({
    rows,
    measured: { older: { first: 150, burst: 98 }, current: { first, burst } },
    profiles: { first: profile, burst: profile },
    commit: '18728d6',
    text: 'Both.',
  });

describe('the sections of scale', () => {
  it('show each row of both builds next to its goal', () => {
    expect(report(24, 49)[0]).toMatchObject({
      title: 'What a live release costs',
      text: 'Both.',
      head: ['', '18728d6', 'now', 'now ÷ 18728d6', 'goal', ''],
      rows: [
        ['API requests of one first release (deployment, service, secret)', '150', '24', '0.16 ×', '≤ 25', 'reached'],
        ['200 first releases at once until all are promoted', '98 s', '49 s', '0.50 ×', '≤ 0.25 × the older build', 'missed'],
      ],
    });
  });

  it('have a figure for each row, which refers to the profile of the row if it misses its goal', () => {
    expect(report(24, 49)[0]!.figures).toEqual([
      { name: 'API requests of one first release (deployment, service, secret)', value: '24', goal: '≤ 25', result: 'reached' },
      {
        name: '200 first releases at once until all are promoted',
        value: '49 s',
        goal: '≤ 0.25 × the older build',
        result: 'missed',
        section: 'Profile: 200 first releases at once until all are promoted',
      },
    ]);
  });

  it('show a profile of each row that misses its goal, and of no other row', () => {
    expect(report(24, 49).slice(1)).toEqual([
      { title: 'Profile: 200 first releases at once until all are promoted', ...profile, figures: [] },
    ]);
  });

  it('show how many releases were live if they were fewer than a row requires', () => {
    const few = rowsFor({ live: 200, many: 1_000, access: 'cluster' }).filter(({ id }) => id === 'rss-many');
    const measured = { older: {}, current: { manyLive: 302, manyRss: 500 } };
    const [table] = scaleSections({ rows: few, measured, profiles: {}, commit: '18728d6', text: '' });
    expect(table!.rows).toEqual([['services’ RSS, 1000 live', '–', '500 MiB', '', '≤ 900 MiB', 'missed: only 302 live']]);
    expect(table!.figures).toMatchObject([{ value: '500 MiB, only 302 live', result: 'missed' }]);
  });

  it('show of a row that its work has not ended', () =>
    expect(report(24, Infinity)[0]!.rows[1]).toEqual([expect.any(String), '98 s', 'not ended', '', '≤ 0.25 × the older build', 'missed']));
});
