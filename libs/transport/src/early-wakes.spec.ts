import { EarlyWakes } from './early-wakes';
import { Slots } from './slots';
import type { Wake } from './wake';

const wake = (stream: string): Wake => ({ family: 'decision', type: 'StepStarted', stream });
const poke = (stream: string, version = 1) => ({ wake: wake(stream), version });

describe('a wake that comes early', () => {
  it('is told as handled once, when it is over; another version was not', async () => {
    let end = (): void => undefined;
    const early = new EarlyWakes({ slots: new Slots(2), handle: () => new Promise((resolve) => (end = resolve)) });
    early.take(poke('release-1'));
    const handled = early.handled(wake('release-1'), 1);
    expect(await early.handled(wake('release-1'), 2)).toBe(false);
    end();
    expect(await handled).toBe(true);
    expect(await early.handled(wake('release-1'), 1)).toBe(false);
  });

  it('does not count if it failed, if nobody wanted it, or if there was too much to do; the slots are free again', async () => {
    const slots = new Slots(1);
    const early = new EarlyWakes({ slots, handle: ({ stream }) => (stream === 'release-2' ? undefined : Promise.reject(new Error(stream))) });
    early.take(poke('release-1'));
    early.take(poke('release-3'));
    expect(await early.handled(wake('release-1'), 1)).toBe(false);
    early.take(poke('release-2'));
    expect(await Promise.all(['release-2', 'release-3'].map((stream) => early.handled(wake(stream), 1)))).toEqual([false, false]);
    expect(slots.tryTake()).toBe(true);
  });

  it('is forgotten after a thousand others', async () => {
    const early = new EarlyWakes({ slots: new Slots(2_000), handle: async () => undefined });
    for (let i = 0; i <= 1_000; i += 1) early.take(poke(`release-${i}`));
    expect(await early.handled(wake('release-0'), 1)).toBe(false);
    expect(await early.handled(wake('release-1'), 1)).toBe(true);
  });
});
