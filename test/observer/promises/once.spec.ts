import { eventsOf } from '../histories';
import { checkOnce } from './once';

const whole = (stream: string, seq: number) => eventsOf(stream, [['ReleasePlanned'], ['PromotionDecided'], ['ReleasePromoted']], seq);

describe('P3', () => {
  it('accepts one release after the other', () => {
    expect(checkOnce([...whole('release-2', 4), ...whole('release-1', 1)])).toEqual({ violations: [], judged: 6 });
  });

  it('finds a second promotion', () => {
    const events = eventsOf('release-1', [
      ['ReleasePlanned'],
      ['PromotionDecided'],
      ['PromotionDecided'],
      ['ReleasePromoted'],
      ['ReleasePromoted'],
    ]);
    expect(checkOnce(events).violations).toEqual([
      { promise: 'P3', at: 3, text: 'release-1 has a second PromotionDecided' },
      { promise: 'P3', at: 5, text: 'release-1 has a second ReleasePromoted' },
    ]);
  });

  it('finds two active releases, unless they are of two environments', () => {
    const second = eventsOf('release-2', [['ReleasePlanned']], 3);
    const first = eventsOf('release-1', [['ReleasePlanned'], ['StepStarted']]);
    expect(checkOnce([...first, ...second]).violations).toEqual([
      { promise: 'P3', at: 3, text: 'release-2 started while release-1 was active in shop/production' },
    ]);
    expect(checkOnce([...first, ...second.map((event) => ({ ...event, environment: 'staging' }))]).violations).toEqual([]);
  });
});
