import type { Write } from '@alloy/cluster';
import { WriteBudget } from './write-budget';

const scale = (replicas: number): Write => ({ verb: 'scale', ref: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }, resourceVersion: '1', replicas });

describe('WriteBudget', () => {
  function world() {
    const clock = { ms: 0 };
    const budget = new WriteBudget(() => clock.ms);
    /** Seconds at which the write was made, looked at every second. */
    const fight = (seconds: number, write = scale(3), decision = 7): number[] => {
      const times: number[] = [];
      for (let second = 0; second < seconds; second += 1, clock.ms += 1_000) {
        if (!budget.allows('R1', decision, write)) continue;
        budget.made('R1', decision, write);
        times.push(second);
      }
      return times;
    };
    return { budget, fight };
  }

  it('makes a write that is undone each time ever more seldom, at last once a minute', () => {
    const times = world().fight(300);
    expect(times.slice(0, 9)).toEqual([0, 1, 2, 3, 4, 6, 10, 18, 34]);
    expect(times.slice(9).map((at, i, all) => at - (all[i - 1] ?? 34)).slice(1)).toEqual([60, 60, 60]);
  });

  it('does not hold back another write, nor that of another decision or release', () => {
    const { budget, fight } = world();
    fight(5);
    expect(budget.allows('R1', 7, scale(3))).toBe(false);
    expect(budget.allows('R1', 7, scale(4))).toBe(true);
    expect(budget.allows('R2', 7, scale(3))).toBe(true);
    expect(budget.allows('R1', 8, scale(3))).toBe(true);
  });

  it('forgets what is carried out', () => {
    const { budget, fight } = world();
    fight(5);
    budget.forget('R1');
    expect(fight(2)).toEqual([0, 1]);
  });
});
