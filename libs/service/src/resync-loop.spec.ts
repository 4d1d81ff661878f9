import { ResyncLoop } from './resync-loop';

const logger = () => ({ error: jest.fn(), info: jest.fn() });

describe('ResyncLoop', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('runs immediately, then every few seconds, until it is stopped', async () => {
    const run = jest.fn().mockResolvedValue(undefined);
    const loop = new ResyncLoop(run, { name: 's', seconds: 5, logger: logger() });
    loop.start();
    loop.start();
    await jest.advanceTimersByTimeAsync(0);
    expect(run).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(run).toHaveBeenCalledTimes(3);
    await loop.stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('never runs twice concurrently, and a kick during a run causes one more run', async () => {
    const ends: Array<() => void> = [];
    const run = jest.fn(() => new Promise<void>((resolve) => ends.push(resolve)));
    const loop = new ResyncLoop(run, { name: 's', seconds: 5, logger: logger() });
    loop.start();
    loop.kick();
    loop.kick();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(run).toHaveBeenCalledTimes(1);
    ends.shift()!();
    await jest.advanceTimersByTimeAsync(0);
    expect(run).toHaveBeenCalledTimes(2);
    ends.shift()!();
    await loop.stop();
  });

  it('continues after failures, and logs the 1st, 2nd, 4th and 8th consecutive failure', async () => {
    const log = logger();
    let ill = true;
    const run = jest.fn(async () => {
      if (ill) throw new Error('down');
    });
    const loop = new ResyncLoop(run, { name: 's', seconds: 1, logger: log });
    loop.start();
    await jest.advanceTimersByTimeAsync(9_000);
    expect(run).toHaveBeenCalledTimes(10);
    expect(log.error).toHaveBeenCalledTimes(4);
    ill = false;
    await jest.advanceTimersByTimeAsync(1_000);
    expect(log.info).toHaveBeenCalledTimes(1);
    await loop.stop();
  });
});
