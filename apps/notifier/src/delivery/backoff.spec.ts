import { backoff } from './backoff';

it('backoff doubles from a second to an hour', () => {
  expect([1, 2, 3, 10, 13, 40, 5_000].map((attempts) => backoff(attempts, 1))).toEqual([
    1_000, 2_000, 4_000, 512_000, 3_600_000, 3_600_000, 3_600_000,
  ]);
});

it('backoff is random in its upper half', () => expect([backoff(3, 0), backoff(3, 0.5)]).toEqual([2_000, 3_000]));
