import type { NextDue } from '@alloy/ledger';
import { DueTimer } from './due-timer';

it.each([
  ['at the due time, by the log clock', 13_000, 3_000],
  ['a second later for an overdue decision, to avoid a busy loop', 9_000, 1_000],
  ['never if no decision is due', null, Infinity],
])('triggers the resync %s', async (_, at, ms) => {
  const timer = new DueTimer({ nextDue: async () => ({ at, now: 10_000 }) });
  await timer.arm();
  const set: number[] = [];
  timer.triggerIn = (delay) => void set.push(delay);
  await timer.arm();
  expect(set).toEqual([ms]);
});

it('reads once more for all calls during a read', async () => {
  const finish: Array<() => void> = [];
  const nextDue = jest.fn(() => new Promise<NextDue>((resolve) => finish.push(() => resolve({ at: null, now: 0 }))));
  const timer = new DueTimer({ nextDue });
  const calls = [timer.arm(), timer.arm(), timer.arm()];
  finish[0]!();
  await calls[0];
  finish[1]!();
  await Promise.all(calls);
  expect(nextDue).toHaveBeenCalledTimes(2);
});
