export type Limited = <T>(call: () => Promise<T>) => Promise<T>;

/** Runs at most `limit` calls at the same time. Further calls wait, in their order, until one has ended. */
export function limiter(limit: number): Limited {
  const waiting: (() => void)[] = [];
  let free = limit;
  return async (call) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await call();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
