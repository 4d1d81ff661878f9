import type { LoadReport } from './counts';
import type { Gateway } from './gateway';
import type { Load, LoadOptions } from './load';

export interface UnderLoadOptions extends LoadOptions {
  /** The load continues after `work` until it has sent so many requests; default 0. */
  readonly atLeast?: number;
}

/**
 * Runs `work` under a constant load through the gateway, by default 200 requests per second, such as for the length of
 * a release. Returns the results of all requests, each failure with its time and cause.
 */
export async function underLoad(
  gateway: Gateway,
  { atLeast = 0, ...options }: UnderLoadOptions,
  work: (load: Load) => Promise<void>,
): Promise<LoadReport> {
  const load = gateway.load(options);
  try {
    await work(load);
    const missing = atLeast - load.report().requests;
    if (missing > 0) await load.next(missing);
  } finally {
    await load.stop();
  }
  return load.report();
}
