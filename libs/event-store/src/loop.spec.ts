import { Loop } from './loop';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Runs everything that is due now. */
const settle = () => jest.advanceTimersByTimeAsync(0);

function loopOf(round: () => Promise<boolean>) {
  const errors: unknown[] = [];
  return { errors, loop: new Loop({ round, pollMs: 250, onError: (error) => errors.push(error) }) };
}

describe('Loop', () => {
  it('polls when there is no more, and goes on at once when there is', async () => {
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

  it('looks at once when poked, also if the poke comes in the middle of a round', async () => {
    let end = (): void => {};
    const round = jest.fn(() => new Promise<boolean>((resolve) => (end = () => resolve(false))));
    const { loop } = loopOf(round);
    loop.start();
    loop.poke();
    end();
    await settle();
    expect(round).toHaveBeenCalledTimes(2);
    end();
    await settle();
    expect(round).toHaveBeenCalledTimes(2);
    loop.poke();
    await settle();
    expect(round).toHaveBeenCalledTimes(3);
    end();
    await loop.stop();
  });

  it('reports a failure and waits for the poll, however often it is poked', async () => {
    const round = jest.fn(async (): Promise<boolean> => {
      throw new Error('down');
    });
    const { loop, errors } = loopOf(round);
    loop.start();
    await settle();
    for (let i = 0; i < 5; i += 1) loop.poke();
    await settle();
    expect(round).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(250);
    expect(errors).toHaveLength(2);
    await loop.stop();
  });

  it('stops after the present round, and runs no other', async () => {
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
