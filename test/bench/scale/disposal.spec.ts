import { setImmediate as turn } from 'node:timers/promises';
import { Disposal } from './disposal';

const named = (name: string, log: string[], failure?: Error) => ({
  stop: async () => {
    log.push(name);
    if (failure) throw failure;
  },
});

describe('Disposal', () => {
  it('stops what was added in reverse order, including what was still starting', async () => {
    const log: string[] = [];
    const disposal = new Disposal();
    await disposal.add(Promise.resolve(named('server', log)));
    let started: (one: ReturnType<typeof named>) => void = () => undefined;
    void disposal.add(new Promise<ReturnType<typeof named>>((resolve) => (started = resolve)));
    const ended = Disposal.runAll();
    started(named('services', log));
    await ended;
    expect(log).toEqual(['services', 'server']);
  });

  it('resolves a second call only after everything has stopped, while the first call is in progress', async () => {
    const log: string[] = [];
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const disposal = new Disposal();
    await disposal.add(Promise.resolve({ stop: () => gate.then(() => void log.push('server')) }));
    const first = disposal.run();
    const second = disposal.run().then(() => log.push('resolved'));
    await turn();
    open();
    await Promise.all([first, second]);
    expect(log).toEqual(['server', 'resolved']);
  });

  it('stops the others if one fails to stop, and rejects with the failure', async () => {
    const log: string[] = [];
    const disposal = new Disposal();
    await disposal.add(Promise.resolve(named('server', log)));
    await disposal.add(Promise.resolve(named('services', log, new Error('still runs'))));
    await expect(disposal.run()).rejects.toThrow('still runs');
    expect(log).toEqual(['services', 'server']);
  });

  it('ignores what failed to start', async () => {
    const disposal = new Disposal();
    await expect(disposal.add(Promise.reject(new Error('no port')))).rejects.toThrow('no port');
    await expect(disposal.run()).resolves.toBeUndefined();
  });
});
