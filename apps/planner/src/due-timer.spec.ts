import type { NextDue } from '@alloy/ledger';
import { DueTimer } from './due-timer';

describe('DueTimer', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const timerFor = (due: number | null) => {
    const onDue = jest.fn();
    const timer = new DueTimer({ nextDue: async () => ({ at: due, now: 10_000 }) });
    timer.onDue = onDue;
    return { timer, onDue };
  };

  it.each([
    ['at the due time, by the log clock', 13_000, 2_999, 3_000],
    ['a second later for an overdue decision, to avoid a busy loop', 9_000, 999, 1_000],
  ])('fires %s', async (_, due, before, then) => {
    const { timer, onDue } = timerFor(due);
    await timer.arm();
    await timer.arm();
    jest.advanceTimersByTime(before);
    expect(onDue).not.toHaveBeenCalled();
    jest.advanceTimersByTime(then - before);
    expect(onDue).toHaveBeenCalledTimes(1);
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

  it('does not fire if no decision is due, or after it is stopped', async () => {
    const nothing = timerFor(null);
    const stopped = timerFor(11_000);
    await nothing.timer.arm();
    await stopped.timer.arm();
    stopped.timer.stop();
    await stopped.timer.arm();
    jest.advanceTimersByTime(3_600_000);
    expect(nothing.onDue).not.toHaveBeenCalled();
    expect(stopped.onDue).not.toHaveBeenCalled();
  });
});
