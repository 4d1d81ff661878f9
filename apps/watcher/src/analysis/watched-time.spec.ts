import { WatchedTime } from './watched-time';

const NOTHING = '';

describe('WatchedTime', () => {
  function world() {
    const clock = { ms: 1_000 };
    const watched = new WatchedTime(() => clock.ms);
    /** Looks at this after that many ms, which takes `takes` ms. */
    const look = (ms: number, what = 'step 3', takes = 0) => {
      clock.ms += ms;
      watched.turnTo(what === NOTHING ? undefined : what);
      clock.ms += takes;
      watched.saw();
      return watched.ms;
    };
    return { clock, watched, look };
  }

  it('begins with the first look', () => {
    const { look } = world();
    expect([look(5_000), look(1_000), look(500)]).toEqual([0, 1_000, 1_500]);
  });

  it('counts nothing of a time in which nobody worked', () => {
    const { look } = world();
    look(0);
    expect([look(3_000), look(3_001), look(60_000), look(1_000)]).toEqual([3_000, 3_000, 3_000, 4_000]);
    expect([look(0, 'step 3', 60_000), look(1_000)]).toEqual([4_000, 5_000]);
  });

  it('gets on where each look is slow, as long as somebody is at work', () => {
    const { look } = world();
    expect([look(0, 'step 3', 2_900), look(2_900, 'step 3', 2_900), look(2_900, 'step 3', 2_900)]).toEqual([0, 5_800, 11_600]);
  });

  it('counts nothing of a pause, not even of one between two looks', () => {
    const { look } = world();
    look(0, 'step 3 from 12:00:00');
    expect(look(1_000, 'step 3 from 12:00:00')).toBe(1_000);
    // Paused and resumed meanwhile: the step counts from later.
    expect(look(1_000, 'step 3 from 12:00:00.7')).toBe(1_000);
    expect(look(1_000, 'step 3 from 12:00:00.7')).toBe(2_000);
    expect([look(200, NOTHING), look(1_000, NOTHING), look(1_000, NOTHING), look(300, 'step 3 from 12:00:02')]).toEqual([2_000, 2_000, 2_000, 2_000]);
  });

  it('counts nothing that was seen before anybody knew what it was', () => {
    const { clock, watched, look } = world();
    look(0);
    for (let looks = 0; looks < 2; looks += 1) {
      clock.ms += 1_000;
      watched.saw();
    }
    expect(watched.ms).toBe(0);
    expect(look(1_000)).toBe(3_000);
  });

  it('counts nothing before a look that failed', () => {
    const { clock, watched, look } = world();
    look(0);
    clock.ms += 1_000;
    watched.turnTo('step 3');
    watched.lapse();
    expect([look(1_000), look(1_000)]).toEqual([0, 1_000]);
  });
});
