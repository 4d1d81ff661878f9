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
    for (const { during } of rounds) if (during) expect(stepsOf(during.act)).toContain(during.step);
  });

  it('places no act during a release that is refused at its inspection', () => {
    for (const { before, during, version } of userScheduleOf(1).lanes.flat())
      if (before === 'rename' || version === 'invalid') expect(during).toBeUndefined();
  });
});
