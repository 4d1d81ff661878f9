/**
 * Does the work for each item, in their order, for at most `count` items at the same time.
 * Rejects with the first failure; starts no further item after it.
 */
export async function inParallel<T>(count: number, items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) {
      try {
        await work(item);
      } catch (error) {
        left.length = 0;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: count }, worker));
}
