import { stepKinds } from '../fault';
import { acts, actsBetween, stepsOf } from './act';
import { LANES, userScheduleOf } from './user-schedule';

describe('the schedule of users', () => {
  it('is a pure function of the seed', () => {
    expect(userScheduleOf(3)).toEqual(userScheduleOf(3));
    expect(userScheduleOf(3)).not.toEqual(userScheduleOf(4));
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('places every act before and during a release with seed %i', (seed) => {
    const rounds = userScheduleOf(seed).lanes.flat();
    expect(userScheduleOf(seed).lanes).toHaveLength(LANES);
    expect(actsBetween.filter((act) => !rounds.some(({ before }) => before === act))).toEqual([]);
    expect(acts.filter((act) => !rounds.some(({ during }) => during?.act === act))).toEqual([]);
    for (const { during, version } of rounds) {
      if (version === 'crash') expect(during?.step ?? 'rollback').toBe('rollback');
      else if (during) expect(stepsOf(during.act, version === 'errors-50' ? version : 'good')).toContain(during.step);
    }
  });

  it.each([1, 3, 5, 7])('places acts at every kind of step with the seeds %i and the next one', (seed) => {
    const placed = [seed, seed + 1].flatMap((one) => userScheduleOf(one).lanes.flat().flatMap(({ during }) => during?.step ?? []));
    expect(stepKinds.filter((step) => placed.filter((one) => one === step).length === 0)).toEqual([]);
  });

  it('places no act during a release that is refused at its inspection', () => {
    for (const { before, during, version } of userScheduleOf(1).lanes.flat())
      if (before === 'rename' || version === 'invalid') expect(during).toBeUndefined();
  });
});
