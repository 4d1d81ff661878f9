import { WatchedTime } from './watched-time';

const NOTHING = '';

describe('WatchedTime', () => {
  function world() {
    const clock = { ms: 1_000 };
    const watched = new WatchedTime(() => clock.ms);
    /** Watches `subject` after `ms`, and confirms it after another `takes` ms. Returns the ms counted so far. */
    const observe = (ms: number, subject = 'step 3', takes = 0) => {
      clock.ms += ms;
      watched.watch(subject === NOTHING ? undefined : subject);
      clock.ms += takes;
      watched.confirm();
      return watched.ms;
    };
    return { clock, watched, observe };
  }

  it('starts with the first observation', () => {
    const { observe } = world();
    expect([observe(5_000), observe(1_000), observe(500)]).toEqual([0, 1_000, 1_500]);
  });

  it('does not count a gap of more than three seconds', () => {
    const { observe } = world();
    observe(0);
    expect([observe(3_000), observe(3_001), observe(60_000), observe(1_000)]).toEqual([3_000, 3_000, 3_000, 4_000]);
    expect([observe(0, 'step 3', 60_000), observe(1_000)]).toEqual([4_000, 5_000]);
  });

  it('counts slow observations, as long as no gap between two calls exceeds three seconds', () => {
    const { observe } = world();
    expect([observe(0, 'step 3', 2_900), observe(2_900, 'step 3', 2_900), observe(2_900, 'step 3', 2_900)]).toEqual([0, 5_800, 11_600]);
  });

  it('does not count a pause, even if it was between two observations', () => {
    const { observe } = world();
    observe(0, 'step 3 from 12:00:00');
    expect(observe(1_000, 'step 3 from 12:00:00')).toBe(1_000);
    // The release was paused and resumed meanwhile: the step has a later start.
    expect(observe(1_000, 'step 3 from 12:00:00.7')).toBe(1_000);
    expect(observe(1_000, 'step 3 from 12:00:00.7')).toBe(2_000);
    expect([observe(200, NOTHING), observe(1_000, NOTHING), observe(1_000, NOTHING), observe(300, 'step 3 from 12:00:02')]).toEqual([
      2_000, 2_000, 2_000, 2_000,
    ]);
  });

  it('counts confirmed time only once the subject is known to be the same', () => {
    const { clock, watched, observe } = world();
    observe(0);
    for (let count = 0; count < 2; count += 1) {
      clock.ms += 1_000;
      watched.confirm();
    }
    expect(watched.ms).toBe(0);
    expect(observe(1_000)).toBe(3_000);
  });

  it('does not count the time before a failed observation', () => {
    const { clock, watched, observe } = world();
    observe(0);
    clock.ms += 1_000;
    watched.watch('step 3');
    watched.discard();
    expect([observe(1_000), observe(1_000)]).toEqual([0, 1_000]);
  });
});
