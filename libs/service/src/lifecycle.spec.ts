import { Lifecycle } from './lifecycle';

describe('Lifecycle', () => {
  const calls: string[] = [];
  const part = (name: string) => ({
    start: () => calls.push(`start ${name}`),
    quiesce: () => calls.push(`quiesce ${name}`),
    close: () => calls.push(`close ${name}`),
  });
  beforeEach(() => calls.splice(0));

  it('starts parts in the order of their creation, and stops them in the reverse order', async () => {
    const lifecycle = new Lifecycle();
    lifecycle.add(part('connection'));
    lifecycle.add({});
    lifecycle.add(part('resync'));
    await lifecycle.onApplicationBootstrap();
    await lifecycle.onModuleDestroy();
    await lifecycle.onApplicationShutdown();
    expect(calls).toEqual(['start connection', 'start resync', 'quiesce resync', 'quiesce connection', 'close resync', 'close connection']);
  });

  it('closes the other parts if one fails, and rejects with the failure', async () => {
    const lifecycle = new Lifecycle();
    lifecycle.add(part('connection'));
    lifecycle.add({ close: () => Promise.reject(new Error('gone')) });
    await expect(lifecycle.onApplicationShutdown()).rejects.toThrow('gone');
    expect(calls).toEqual(['close connection']);
  });
});
