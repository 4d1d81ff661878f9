import { Life } from './life';

describe('Life', () => {
  const told: string[] = [];
  const part = (name: string) => ({ start: () => told.push(`start ${name}`), quiesce: () => told.push(`quiesce ${name}`), close: () => told.push(`close ${name}`) });
  beforeEach(() => told.splice(0));

  it('starts parts as they were made, and ends them the other way round', async () => {
    const life = new Life();
    life.add(part('connection'));
    life.add({});
    life.add(part('sweeper'));
    await life.onApplicationBootstrap();
    await life.onModuleDestroy();
    await life.onApplicationShutdown();
    expect(told).toEqual(['start connection', 'start sweeper', 'quiesce sweeper', 'quiesce connection', 'close sweeper', 'close connection']);
  });

  it('closes the others when one fails, and says so', async () => {
    const life = new Life();
    life.add(part('connection'));
    life.add({ close: () => Promise.reject(new Error('gone')) });
    await expect(life.onApplicationShutdown()).rejects.toThrow('gone');
    expect(told).toEqual(['close connection']);
  });
});
