import { setImmediate as turn } from 'node:timers/promises';
import { inParallel } from './in-parallel';

describe('inParallel', () => {
  it('processes all items, at most `count` at the same time', async () => {
    const done: number[] = [];
    let [running, most] = [0, 0];
    await inParallel(2, [1, 2, 3, 4, 5], async (item) => {
      most = Math.max(most, (running += 1));
      await turn();
      running -= 1;
      done.push(item);
    });
    expect({ done, most }).toEqual({ done: [1, 2, 3, 4, 5], most: 2 });
  });

  it('starts no further item after a failure, and rejects with that failure', async () => {
    const begun: number[] = [];
    const work = async (item: number): Promise<void> => {
      begun.push(item);
      await turn();
      if (item === 1) throw new Error('refused');
    };
    await expect(inParallel(2, [1, 2, 3, 4], work)).rejects.toThrow('refused');
    await turn();
    expect(begun).not.toContain(4);
  });
});
