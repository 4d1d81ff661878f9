import { WaitLimits } from './wait-limits';

describe('WaitLimits', () => {
  it('is exceeded once a decision has waited for the given seconds, and starts again with the next decision', () => {
    let now = 0;
    const limits = new WaitLimits(() => now);
    expect(limits.isExceeded('R1', 3, 10)).toBe(false);
    now = 9_999;
    expect([limits.isExceeded('R1', 3, 10), limits.isExceeded('R2', 3, 10)]).toEqual([false, false]);
    now = 10_000;
    expect([limits.isExceeded('R1', 3, 10), limits.isExceeded('R2', 3, 10)]).toEqual([true, false]);
    expect(limits.isExceeded('R1', 7, 10)).toBe(false);
  });

  it('starts a new wait after the executor has carried out the decision', () => {
    let now = 0;
    const limits = new WaitLimits(() => now);
    limits.isExceeded('R1', 3, 10);
    limits.forget('R1');
    now = 10_000;
    expect(limits.isExceeded('R1', 3, 10)).toBe(false);
  });
});
