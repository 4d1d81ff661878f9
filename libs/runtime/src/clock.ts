/** Time of a process: monotonic, ms. An argument, so that a test can use a virtual one. */
export interface Clock {
  now(): number;
  /** Calls `then` once after `ms` milliseconds; the returned function cancels it. At most about 24 days. */
  after(ms: number, then: () => void): () => void;
}

/** Node's limit; a timer above it would fire immediately. */
const LONGEST_MS = 2 ** 31 - 1;

const timer = (ms: number, then: () => void): NodeJS.Timeout => setTimeout(then, Math.min(ms, LONGEST_MS));

/** The clock of this process. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, then) {
    const timeout = timer(ms, then);
    return () => clearTimeout(timeout);
  },
};

/** The clock of this process; its timers do not keep the process running. */
export const backgroundClock: Clock = {
  now: () => performance.now(),
  after(ms, then) {
    const timeout = timer(ms, then).unref();
    return () => clearTimeout(timeout);
  },
};
