import { Patience } from './patience';

describe('Patience', () => {
  it('is spent once a decision has waited for so many seconds, and begins anew with the next decision', () => {
    let now = 0;
    const patience = new Patience(() => now);
    expect(patience.isSpent('R1', 3, 10)).toBe(false);
    now = 9_999;
    expect([patience.isSpent('R1', 3, 10), patience.isSpent('R2', 3, 10)]).toEqual([false, false]);
    now = 10_000;
    expect([patience.isSpent('R1', 3, 10), patience.isSpent('R2', 3, 10)]).toEqual([true, false]);
    expect(patience.isSpent('R1', 7, 10)).toBe(false);
  });

  it('begins anew after the decision was carried out', () => {
    let now = 0;
    const patience = new Patience(() => now);
    patience.isSpent('R1', 3, 10);
    patience.forget('R1');
    now = 10_000;
    expect(patience.isSpent('R1', 3, 10)).toBe(false);
  });
});
