import { Loop } from './loop';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Runs all timers that are due now. */
const settle = () => jest.advanceTimersByTimeAsync(0);

function loopOf(round: () => Promise<boolean>) {
  const errors: unknown[] = [];
  return { errors, loop: new Loop({ round, pollMs: 250, onError: (error) => errors.push(error) }) };
}

describe('Loop', () => {
  it('starts the next round immediately if there is more work, and after the polling interval otherwise', async () => {
    const answers = [true, true, false];
    const round = jest.fn(async () => answers.shift() ?? false);
    const { loop } = loopOf(round);
    loop.start();
    await settle();
    expect(round).toHaveBeenCalledTimes(3);
    await jest.advanceTimersByTimeAsync(249);
    expect(round).toHaveBeenCalledTimes(3);
    await jest.advanceTimersByTimeAsync(1);
    expect(round).toHaveBeenCalledTimes(4);
    await loop.stop();
  });

  it('starts a round immediately after a trigger, also if the trigger arrives during a round', async () => {
    let end = (): void => {};
    const round = jest.fn(() => new Promise<boolean>((resolve) => (end = () => resolve(false))));
    const { loop } = loopOf(round);
    loop.start();
    loop.trigger();
    end();
    await settle();
    expect(round).toHaveBeenCalledTimes(2);
    end();
    await settle();
    expect(round).toHaveBeenCalledTimes(2);
    loop.trigger();
    await settle();
    expect(round).toHaveBeenCalledTimes(3);
    end();
    await loop.stop();
  });

  it('reports a failure and waits for the polling interval, regardless of triggers', async () => {
    const round = jest.fn(async (): Promise<boolean> => {
      throw new Error('down');
    });
    const { loop, errors } = loopOf(round);
    loop.start();
    await settle();
    for (let i = 0; i < 5; i += 1) loop.trigger();
    await settle();
    expect(round).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(250);
    expect(errors).toHaveLength(2);
    await loop.stop();
  });

  it('stops after the current round', async () => {
    let end = (): void => {};
    const round = jest.fn(() => new Promise<boolean>((resolve) => (end = () => resolve(true))));
    const { loop } = loopOf(round);
    loop.start();
    loop.start();
    const stopped = loop.stop();
    end();
    await stopped;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(round).toHaveBeenCalledTimes(1);
  });
});
