import { WatchedAttempts } from './watched-attempts';

it('collects the watched time of each attempt, and returns it once', () => {
  const clock = { ms: 0 };
  const attempts = new WatchedAttempts(() => clock.ms);
  attempts.watched('R1', 7, 400);
  clock.ms = 500;
  attempts.watched('R1', 7, 500);
  attempts.watched('R2', 3, 100);
  attempts.watched('R2', 5, 200);
  clock.ms = 700;
  expect(attempts.take()).toEqual([{ releaseId: 'R1', decision: 7, fromAgoMs: 1_100, toAgoMs: 200 }, {
    releaseId: 'R2', decision: 5, fromAgoMs: 400, toAgoMs: 200,
  }]);
  expect(attempts.take()).toEqual([]);
});
