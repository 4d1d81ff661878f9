import { ResyncLoop } from './resync-loop';

const logger = () => ({ error: jest.fn(), info: jest.fn() });

describe('ResyncLoop', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('runs immediately, then every few seconds, until it is stopped', async () => {
    const run = jest.fn().mockResolvedValue(undefined);
    const loop = new ResyncLoop(run, { name: 's', seconds: 5, logger: logger() });
    loop.start();
    await jest.advanceTimersByTimeAsync(0);
    expect(run).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(run).toHaveBeenCalledTimes(3);
    await loop.stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('does not run again immediately, whatever its function returns', async () => {
    const run = jest.fn().mockResolvedValue(true);
    const loop = new ResyncLoop(run, { name: 's', seconds: 5, logger: logger() });
    loop.start();
    await jest.advanceTimersByTimeAsync(4_999);
    expect(run).toHaveBeenCalledTimes(1);
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

  it('runs immediately when it is triggered after a failure', async () => {
    const run = jest.fn().mockRejectedValueOnce(new Error('down')).mockResolvedValue(undefined);
    const loop = new ResyncLoop(run, { name: 's', seconds: 5, logger: logger() });
    loop.start();
    await jest.advanceTimersByTimeAsync(0);
    loop.trigger();
    await jest.advanceTimersByTimeAsync(0);
    expect(run).toHaveBeenCalledTimes(2);
    await loop.stop();
  });
});
