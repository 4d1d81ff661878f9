import { absenceWithin, type Outage } from './outages';

const away = (victim: 'planner' | 'executor' | 'notifier', from: number, to: number): Outage => ({
  fault: { kind: 'freeze', victim },
  release: 'r',
  step: 'apply',
  from,
  to,
});

describe('the absence within a span', () => {
  it('counts overlapping outages once, and only their part within the span', () => {
    expect(absenceWithin([away('planner', 0, 30), away('executor', 20, 40), away('planner', 60, 200)], 10, 100)).toBe(70);
  });

  it('counts an outage that lies within a longer one once', () => {
    expect(absenceWithin([away('planner', 0, 50), away('executor', 10, 20)], 0, 100)).toBe(50);
  });

  it('does not count a service that no release needs', () => {
    expect(absenceWithin([away('notifier', 0, 50)], 0, 100)).toBe(0);
  });
});
