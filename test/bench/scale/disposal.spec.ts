import { setImmediate as turn } from 'node:timers/promises';
import { Disposal } from './disposal';

const named = (name: string, log: string[], failure?: Error) => ({
  stop: async () => {
    log.push(name);
    if (failure) throw failure;
  },
});

describe('Disposal', () => {
  it('ends what was added, the last one first, also what was still starting', async () => {
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

  it('has ended all when a second call resolves, while the first one is under way', async () => {
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

  it('goes on where one fails, and rejects with the failure', async () => {
    const log: string[] = [];
    const disposal = new Disposal();
    await disposal.add(Promise.resolve(named('server', log)));
    await disposal.add(Promise.resolve(named('services', log, new Error('still runs'))));
    await expect(disposal.run()).rejects.toThrow('still runs');
    expect(log).toEqual(['services', 'server']);
  });

  it('has nothing to end of what did not start', async () => {
    const disposal = new Disposal();
    await expect(disposal.add(Promise.reject(new Error('no port')))).rejects.toThrow('no port');
    await expect(disposal.run()).resolves.toBeUndefined();
  });
});
