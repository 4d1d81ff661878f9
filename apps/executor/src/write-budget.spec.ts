import type { Write } from '@alloy/cluster';
import { WriteBudget } from './write-budget';

const scale = (replicas: number): Write =>
  ({ verb: 'scale', ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }, resourceVersion: '1', replicas });

describe('WriteBudget', () => {
  function world() {
    const clock = { ms: 0 };
    const budget = new WriteBudget(() => clock.ms);
    /** Tries the write every second. Returns the seconds at which the budget allowed it. */
    const repeat = (seconds: number, write = scale(3), decision = 7): number[] => {
      const times: number[] = [];
      for (let second = 0; second < seconds; second += 1, clock.ms += 1_000) {
        if (!budget.allows('R1', decision, write)) continue;
        budget.made('R1', decision, write);
        times.push(second);
      }
      return times;
    };
    return { budget, repeat };
  }

  it('allows a write that another client keeps undoing less and less often, in the end once a minute', () => {
    const times = world().repeat(300);
    expect(times.slice(0, 9)).toEqual([0, 1, 2, 3, 4, 6, 10, 18, 34]);
    expect(times.slice(9).map((at, i, all) => at - (all[i - 1] ?? 34)).slice(1)).toEqual([60, 60, 60]);
  });

  it('does not delay another write, nor the same write for another decision or release', () => {
    const { budget, repeat } = world();
    repeat(5);
    expect(budget.allows('R1', 7, scale(3))).toBe(false);
    expect(budget.allows('R1', 7, scale(4))).toBe(true);
    expect(budget.allows('R2', 7, scale(3))).toBe(true);
    expect(budget.allows('R1', 8, scale(3))).toBe(true);
  });

  it('allows the write at once after the release was forgotten', () => {
    const { budget, repeat } = world();
    repeat(5);
    budget.forget('R1');
    expect(repeat(2)).toEqual([0, 1]);
  });
});
