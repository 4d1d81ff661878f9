import { Sweeper } from './sweeper';

const logger = () => ({ error: jest.fn(), info: jest.fn() });

describe('Sweeper', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('runs at once, then every few seconds, and stops', async () => {
    const run = jest.fn().mockResolvedValue(undefined);
    const sweeper = new Sweeper(run, { name: 's', seconds: 5, logger: logger() });
    sweeper.start();
    sweeper.start();
    await jest.advanceTimersByTimeAsync(0);
    expect(run).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(run).toHaveBeenCalledTimes(3);
    await sweeper.stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('never overlaps; a kick meanwhile is one more run', async () => {
    const ends: Array<() => void> = [];
    const run = jest.fn(() => new Promise<void>((resolve) => ends.push(resolve)));
    const sweeper = new Sweeper(run, { name: 's', seconds: 5, logger: logger() });
    sweeper.start();
    sweeper.kick();
    sweeper.kick();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(run).toHaveBeenCalledTimes(1);
    ends.shift()!();
    await jest.advanceTimersByTimeAsync(0);
    expect(run).toHaveBeenCalledTimes(2);
    ends.shift()!();
    await sweeper.stop();
  });

  it('goes on after failures, and logs the 1st, 2nd, 4th, 8th of a row', async () => {
    const log = logger();
    let ill = true;
    const run = jest.fn(async () => {
      if (ill) throw new Error('down');
    });
    const sweeper = new Sweeper(run, { name: 's', seconds: 1, logger: log });
    sweeper.start();
    await jest.advanceTimersByTimeAsync(9_000);
    expect(run).toHaveBeenCalledTimes(10);
    expect(log.error).toHaveBeenCalledTimes(4);
    ill = false;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(log.info).toHaveBeenCalledTimes(1);
    await sweeper.stop();
  });
});
