import type { NamedKey } from './keystore';
import { SpareKeys } from './spare-keys';

const turn = () => new Promise(setImmediate);

/** `left`: spare keys that another process has left. */
function keystore(count = 4, left: readonly string[] = []) {
  const kept = new Set<string>();
  const state = { made: 0, calls: 0, isBroken: false };
  const make = async (many: number): Promise<readonly NamedKey[]> => {
    state.calls += 1;
    if (state.isBroken) throw new Error('disk full');
    const ids = Array.from({ length: many }, () => `key-${++state.made}`);
    for (const id of ids) kept.add(id);
    return ids.map((id) => ({ id, wrapped: Buffer.from(id) }));
  };
  const lost = new Set<string>();
  const spare = new SpareKeys({
    count,
    make,
    adopt: async () => left.map((id) => ({ id, wrapped: Buffer.from(id) })),
    claim: async (id) => !lost.has(id),
    discard: async (ids) => ids.forEach((id) => kept.delete(id)),
  });
  return { kept, state, lost, spare };
}

it('has no key at first, and the configured number afterwards', async () => {
  const { spare, state } = keystore();
  expect(await spare.take()).toBeUndefined();
  await turn();
  const taken = [await spare.take(), await spare.take(), await spare.take(), await spare.take()];
  expect(new Set(taken.map((key) => key?.id)).size).toBe(4);
  expect(taken).not.toContain(undefined);
  await turn();
  expect(await spare.take()).toBeDefined();
  const others = taken.length + 1;
  expect(state.made - others).toBeLessThanOrEqual(4);
});

it('keeps only the taken keys when it closes', async () => {
  const { spare, kept } = keystore();
  await spare.take();
  await turn();
  const key = await spare.take();
  await spare.close();
  expect([...kept]).toEqual([key!.id]);
  expect(await spare.take()).toBeUndefined();
});

it('waits at its close for keys that are being created', async () => {
  const { spare, kept } = keystore();
  await spare.take();
  await spare.close();
  expect([...kept]).toEqual([]);
});

it('has no keys while the keystore fails, and has keys again afterwards', async () => {
  const { spare, state } = keystore();
  state.isBroken = true;
  await spare.take();
  await turn();
  state.isBroken = false;
  expect(await spare.take()).toBeUndefined();
  await turn();
  expect(await spare.take()).toBeDefined();
});

it('creates no more keys after its close', async () => {
  const { spare, kept, state } = keystore(100);
  await spare.take();
  await spare.close();
  const { calls } = state;
  expect(calls).toBeLessThanOrEqual(1);
  await spare.take();
  await turn();
  expect(state.calls).toBe(calls);
  expect(kept.size).toBe(0);
});

it('uses the keys that another process left before it creates new ones', async () => {
  const { spare, state } = keystore(4, ['left-1', 'left-2', 'left-3', 'left-4']);
  await spare.take();
  await turn();
  expect(state.made).toBe(0);
  expect((await spare.take())?.id).toBe('left-4');
});

it('skips keys that another process has claimed', async () => {
  const { spare, lost } = keystore(3);
  await spare.take();
  await turn();
  lost.add('key-3').add('key-2');
  expect((await spare.take())?.id).toBe('key-1');
});
