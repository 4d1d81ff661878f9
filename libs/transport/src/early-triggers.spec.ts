import { setImmediate as immediate } from 'node:timers/promises';
import { EarlyTriggers } from './early-triggers';
import { Slots } from './slots';
import type { Trigger } from './trigger';

const trigger = (stream: string): Trigger => ({ family: 'decision', type: 'StepStarted', stream });
const notification = (stream: string, version = 1) => ({ trigger: trigger(stream), version });

const handlersOf = () => 'all';

describe('EarlyTriggers', () => {
  it('reports a handled trigger once, when its handler is done, and no other version', async () => {
    let end = (): void => undefined;
    const early = new EarlyTriggers({ slots: new Slots(2), handlersOf, handle: () => new Promise((resolve) => (end = resolve)) });
    early.take(notification('release-1'));
    const handled = early.handled(trigger('release-1'), 1);
    expect(await early.handled(trigger('release-1'), 2)).toBe(false);
    await immediate();
    end();
    expect(await handled).toBe(true);
    expect(await early.handled(trigger('release-1'), 1)).toBe(false);
  });

  it('handles the notifications of one commit once, and a later one of the same stream again', async () => {
    const handled: string[] = [];
    const early = new EarlyTriggers({ slots: new Slots(3), handlersOf, handle: async ({ stream }) => void handled.push(stream) });
    for (const version of [1, 2, 3]) early.take(notification('release-1', version));
    early.take(notification('release-2'));
    expect(await Promise.all([1, 2, 3].map((version) => early.handled(trigger('release-1'), version)))).toEqual([true, true, true]);
    expect(await early.handled(trigger('release-2'), 1)).toBe(true);
    expect(handled).toEqual(['release-1', 'release-2']);
    early.take(notification('release-1', 4));
    expect(await early.handled(trigger('release-1'), 4)).toBe(true);
    expect(handled).toEqual(['release-1', 'release-2', 'release-1']);
  });

  it('ignores failed triggers, triggers without a handler, and triggers while all slots are taken, and frees the slots', async () => {
    const slots = new Slots(1);
    const early = new EarlyTriggers({
      slots,
      handlersOf: ({ stream }) => (stream === 'release-2' ? undefined : 'all'),
      handle: ({ stream }) => Promise.reject(new Error(stream)),
    });
    early.take(notification('release-1'));
    early.take(notification('release-3'));
    expect(await early.handled(trigger('release-1'), 1)).toBe(false);
    early.take(notification('release-2'));
    expect(await Promise.all(['release-2', 'release-3'].map((stream) => early.handled(trigger(stream), 1)))).toEqual([false, false]);
    expect(slots.tryTake()).toBe(true);
  });

  it('forgets the oldest of more than a thousand triggers', async () => {
    const early = new EarlyTriggers({ slots: new Slots(2_000), handlersOf, handle: async () => undefined });
    for (let i = 0; i <= 1_000; i += 1) early.take(notification(`release-${i}`));
    expect(await early.handled(trigger('release-0'), 1)).toBe(false);
    expect(await early.handled(trigger('release-1'), 1)).toBe(true);
  });
});
