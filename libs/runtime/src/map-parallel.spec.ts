import { mapParallel } from './map-parallel';

describe('mapParallel', () => {
  it('returns the results in the order of the items, and runs at most `limit` calls at the same time', async () => {
    let running = 0;
    let most = 0;
    const results = await mapParallel([5, 1, 4, 2, 3], 2, async (item) => {
      running += 1;
      most = Math.max(most, running);
      for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
      running -= 1;
      return item * 10;
    });
    expect([results, most]).toEqual([[50, 10, 40, 20, 30], 2]);
  });

  it('returns nothing for no items', async () => expect(await mapParallel([], 2, () => Promise.reject(new Error('x')))).toEqual([]));

  it('rejects with the first error, and begins no further call', async () => {
    const begun: number[] = [];
    const refused = mapParallel([1, 2, 3, 4], 1, async (item) => {
      begun.push(item);
      if (item === 2) throw new Error('2 failed');
    });
    await expect(refused).rejects.toThrow('2 failed');
    expect(begun).toEqual([1, 2]);
  });
});
