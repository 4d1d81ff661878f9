import { limiter } from './limiter';

describe('limiter', () => {
  it('runs at most `limit` calls at the same time, and the others in their order', async () => {
    const limited = limiter(2);
    const begun: number[] = [];
    let running = 0;
    let most = 0;
    const call = (item: number) => async (): Promise<number> => {
      begun.push(item);
      running += 1;
      most = Math.max(most, running);
      for (let turn = 0; turn < item; turn += 1) await Promise.resolve();
      running -= 1;
      return item * 10;
    };
    expect(await Promise.all([5, 1, 4, 2, 3].map((item) => limited(call(item))))).toEqual([50, 10, 40, 20, 30]);
    expect([begun, most]).toEqual([[5, 1, 4, 2, 3], 2]);
  });

  it('rejects with the error of a call, and runs the others', async () => {
    const limited = limiter(1);
    const results = await Promise.allSettled([limited(() => Promise.reject(new Error('no'))), limited(async () => 'yes')]);
    expect(results.map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason)))).toEqual(['Error: no', 'yes']);
  });
});
