import { conclude } from './run-schedules';
import { reportOf } from './report';
import { scheduleOf, SEEDS_PER_GROUP } from './schedule';
import { runSeed, type SeedResult } from './seed-run';
import { concludeUsers, reportOfUsers } from './users/run-users';
import { runUsersOf, type UserResult } from './users/user-run';
import { userScheduleOf } from './users/user-schedule';

const seeds = Array.from({ length: SEEDS_PER_GROUP }, (_, index) => index + 1);
const results: SeedResult[] = [];

describe('releases while services, Postgres, NATS and the API server are killed and frozen', () => {
  it.concurrent.each(seeds)('break no promise with seed %i', async (seed) => {
    const result = await runSeed(scheduleOf(seed));
    results.push(result);
    if (result.broken.length > 0) throw new Error(reportOf(result));
    expect(Math.min(result.judged['P1']!, result.judged['P2']!, result.judged['P3']!)).toBeGreaterThan(0);
  }, 1_200_000);

  it('meet every kill and every freeze at every kind of step', () => {
    const { isGood, text } = conclude([...results].sort((one, other) => one.seed - other.seed));
    process.stderr.write(`\n${text}\n`);
    expect({ isGood, text }).toMatchObject({ isGood: true });
  });
});

// In the same file, so that no more than two installations run at the same time.
describe('releases while users undo, patch, scale, delete and rename', () => {
  const ofUsers: UserResult[] = [];

  it.concurrent.each([1, 2])('break no promise with seed %i', async (seed) => {
    const result = await runUsersOf(userScheduleOf(seed));
    ofUsers.push(result);
    if (result.broken.length > 0) throw new Error(reportOfUsers(result));
  }, 1_200_000);

  it('meet every act before and during a release', () => {
    const { isGood, text } = concludeUsers(ofUsers);
    process.stderr.write(`\n${text}\n`);
    expect({ isGood, text }).toMatchObject({ isGood: true });
  });
});
