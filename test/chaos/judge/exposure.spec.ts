import { Film } from '../../observer/film';
import type { Step } from '../../observer/revision';
import type { Outage } from '../outages';
import { checkExposure } from './exposure';
import { finished } from './finished';

const bad = finished([['ReleaseRolledBack']], { behaviour: 'errors-50', tag: 'v2-errors-50' });
const pod = (film: Film, name: string, tag: string, ready: boolean): Film =>
  film.put(
    'Pod',
    name,
    {
      spec: { containers: [{ image: `registry/web:${tag}` }] },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
    },
    { metadata: { labels: { app: 'shop' } } },
  );
/** The bad pod is ready from the third to the fourth revision. */
const film = (): Film => pod(pod(pod(new Film().service({ app: 'shop' }), 'old', 'v1', true), 'new', bad.tag, true), 'new', bad.tag, false);
const seen = (steps: readonly Step[], at: readonly number[]): readonly Step[] =>
  steps.map((step, index) => ({ ...step, revision: { ...step.revision, seenAt: at[index]! } }));
const away = (from: number, to: number): Outage => ({
  fault: { kind: 'freeze', victim: 'executor' },
  release: 'v2',
  step: 'rollback',
  from,
  to,
});

describe('P30', () => {
  it('holds if the bad version gets traffic only as long as its analysis takes, or as an outage lasts', () => {
    expect(checkExposure(bad, seen(film().steps, [0, 1, 1_000, 5_000]), [])).toEqual([]);
    expect(checkExposure(bad, seen(film().steps, [0, 1, 1_000, 50_000]), [away(2_000, 40_000)])).toEqual([]);
  });

  it('is broken if the bad version gets traffic for longer, or until the end', () => {
    expect(checkExposure(bad, seen(film().steps, [0, 1, 1_000, 50_000]), [])).toHaveLength(1);
    expect(checkExposure(bad, seen(film().steps.slice(0, 3), [0, 1, 1_000]), []).map(({ text }) => text)).toEqual([
      'v2-errors-50: gets traffic until the end',
    ]);
  });

  it('does not apply to a good version', () => {
    expect(checkExposure({ ...bad, behaviour: 'good' }, seen(film().steps.slice(0, 3), [0, 1, 1_000]), [])).toEqual([]);
  });
});
