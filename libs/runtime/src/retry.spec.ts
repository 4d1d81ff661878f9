import { RetryableError, TerminalError } from './errors';
import { retry } from './retry';
import { VirtualClock } from './testing/virtual-clock';

const away = new RetryableError('away', 'away');

/** An attempt that fails with each of the errors, and then returns `done`. */
function failing(clock: VirtualClock, ...errors: readonly Error[]) {
  const left = [...errors];
  const at: number[] = [];
  return {
    at,
    attempt: async () => {
      at.push(clock.now());
      const error = left.shift();
      if (error) throw error;
      return 'done';
    },
  };
}

it('repeats a retryable failure after each delay until an attempt succeeds', async () => {
  const clock = new VirtualClock();
  const { at, attempt } = failing(clock, away, away);
  const seen: unknown[] = [];
  const result = retry(attempt, { clock, delayMs: (failures) => 100 * failures, onRetry: (...args) => seen.push(args) });
  await clock.advance(300);
  await expect(result).resolves.toBe('done');
  expect([at, seen]).toEqual([[0, 100, 300], [[away, 1], [away, 2]]]);
});

it('rejects immediately with a failure that is not retryable', async () => {
  const clock = new VirtualClock();
  const refused = new TerminalError('refused', 'refused');
  const { at, attempt } = failing(clock, refused);
  await expect(retry(attempt, { clock, delayMs: 100 })).rejects.toBe(refused);
  expect(at).toEqual([0]);
});

it('asks `isRetryable` with the number of failures', async () => {
  const clock = new VirtualClock();
  const { at, attempt } = failing(clock, new Error('1'), new Error('2'), new Error('3'));
  await expect(retry(attempt, { clock, delayMs: 0, isRetryable: (_, failures) => failures < 2 })).rejects.toThrow('2');
  expect(at).toHaveLength(2);
});

it('starts no attempt after `withinMs`, and rejects with the last failure without waiting for that time', async () => {
  const clock = new VirtualClock();
  const { at, attempt } = failing(clock, away, away, away, away);
  const result = retry(attempt, { clock, delayMs: 100, withinMs: 250 });
  const rejected = expect(result).rejects.toBe(away);
  await clock.advance(200);
  await rejected;
  expect([at, clock.pending]).toEqual([[0, 100, 200], 0]);
});

it('ends the wait with the last failure when it is aborted', async () => {
  const clock = new VirtualClock();
  const abort = new AbortController();
  const { at, attempt } = failing(clock, away, away);
  const rejected = expect(retry(attempt, { clock, delayMs: 100, signal: abort.signal })).rejects.toBe(away);
  await clock.advance(50);
  abort.abort();
  await rejected;
  expect([at, clock.pending]).toEqual([[0], 0]);
});
