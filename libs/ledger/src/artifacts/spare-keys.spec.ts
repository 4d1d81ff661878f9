import type { NamedKey } from './keystore';
import { SpareKeys } from './spare-keys';

const turn = () => new Promise(setImmediate);

function keystore(count = 4) {
  const kept = new Set<string>();
  const state = { made: 0, calls: 0, isBroken: false };
  const make = async (many: number): Promise<readonly NamedKey[]> => {
    state.calls += 1;
    if (state.isBroken) throw new Error('disk full');
    const ids = Array.from({ length: many }, () => `key-${++state.made}`);
    for (const id of ids) kept.add(id);
    return ids.map((id) => ({ id, wrapped: Buffer.from(id) }));
  };
  return { kept, state, spare: new SpareKeys({ count, make, discard: async (ids) => ids.forEach((id) => kept.delete(id)) }) };
}

it('has none at first, and as many as it should from then on', async () => {
  const { spare, state } = keystore();
  expect(spare.take()).toBeUndefined();
  await turn();
  const taken = [spare.take(), spare.take(), spare.take(), spare.take()];
  expect(new Set(taken.map((key) => key?.id)).size).toBe(4);
  expect(taken).not.toContain(undefined);
  await turn();
  expect(spare.take()).toBeDefined();
  const others = taken.length + 1;
  expect(state.made - others).toBeLessThanOrEqual(4);
});

it('leaves what was taken, and nothing else, when it closes', async () => {
  const { spare, kept } = keystore();
  spare.take();
  await turn();
  const key = spare.take();
  await spare.close();
  expect([...kept]).toEqual([key!.id]);
  expect(spare.take()).toBeUndefined();
});

it('waits, as it closes, for those that are being made', async () => {
  const { spare, kept } = keystore();
  spare.take();
  await spare.close();
  expect([...kept]).toEqual([]);
});

it('has none while the keystore fails, and some again afterwards', async () => {
  const { spare, state } = keystore();
  state.isBroken = true;
  spare.take();
  await turn();
  state.isBroken = false;
  expect(spare.take()).toBeUndefined();
  await turn();
  expect(spare.take()).toBeDefined();
});

it('makes no more once it closes', async () => {
  const { spare, kept, state } = keystore(100);
  spare.take();
  await spare.close();
  expect(state.calls).toBe(1);
  expect(kept.size).toBe(0);
});
