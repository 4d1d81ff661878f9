import { createLedger } from '../create-ledger';
import { deferred } from './deferred';

interface Port {
  add(a: number, b: number): Promise<number>;
  fail(): Promise<never>;
}
const implementation: Port = { add: async (a, b) => a + b, fail: () => Promise.reject(new Error('refused by the test')) };

describe('a deferred port', () => {
  it('loads its implementation when a method is called, and passes on the arguments and the outcome of that call', async () => {
    const load = jest.fn(async () => implementation);
    const port: Port = deferred(load, ['add', 'fail']);
    expect(load).not.toHaveBeenCalled();
    expect(await port.add(1, 2)).toBe(3);
    await expect(port.fail()).rejects.toThrow('refused by the test');
  });

  it('loads again after a failure', async () => {
    const load = jest.fn<Promise<Port>, []>().mockRejectedValueOnce(new Error('Postgres is away')).mockResolvedValue(implementation);
    const port = deferred<Port, 'add'>(load, ['add']);
    await expect(port.add(1, 2)).rejects.toThrow('Postgres is away');
    expect(await port.add(1, 2)).toBe(3);
  });
});

it('creates a ledger without loading TypeORM, whose 20 MiB a service without entities does not need', async () => {
  jest.resetModules();
  const loaded = jest.fn();
  jest.doMock('typeorm', () => {
    loaded();
    return {};
  });
  const { createLedger: create } = (await import('../index.js')) as { readonly createLedger: typeof createLedger };
  await create({ databaseUrl: 'postgresql://unknown@127.0.0.1:1/x' }).close();
  expect(loaded).not.toHaveBeenCalled();
  jest.dontMock('typeorm');
});
