/** The work did not end in time; it may still be running. */
export class TookTooLong extends Error {
  readonly code = 'took_too_long';
  constructor(ms: number) {
    super(`not finished within ${ms} ms`);
    this.name = 'TookTooLong';
  }
}

/** The result of `work`, or `TookTooLong` after `ms` milliseconds. */
export async function within<T>(ms: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TookTooLong(ms)), ms);
  });
  try {
    return await Promise.race([Promise.resolve().then(work), late]);
  } finally {
    clearTimeout(timer);
  }
}
