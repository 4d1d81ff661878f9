/** What the collector asks of Node; a test replaces it. */
export interface Runtime {
  /** Share of the time since the last call in which the event loop worked, 0..1. */
  readonly utilisation: () => number;
  /** Used memory of the V8 heap, bytes. */
  readonly heapUsed: () => number;
  /** Collects everything that can be collected, also code that has not run lately. */
  readonly collect: () => void;
}

const TICK_MS = 10_000;
/** Above this share of the time the process has work to do, and a collection would delay it. */
const IDLE_BELOW = 0.1;
/** A collection takes 50 ms of processor time or more: it must be worth it. */
const WORTHWHILE_BYTES = 6 * 1024 * 1024;

/**
 * Gives back the memory that the start or a time of much work left behind: V8 collects it only while the process
 * allocates, and an idle service allocates little (ADR 41).
 */
export class IdleCollector {
  /** Used memory after the last collection; none yet: that of the start is always worth collecting. */
  private least = 0;

  constructor(private readonly runtime: Runtime) {}

  /** Called at a fixed interval. Collects if the process was idle since the last call, and its heap has grown. */
  tick(): void {
    const isIdle = this.runtime.utilisation() < IDLE_BELOW;
    if (!isIdle || this.runtime.heapUsed() - this.least < WORTHWHILE_BYTES) return;
    this.runtime.collect();
    this.least = this.runtime.heapUsed();
  }
}

/** Starts a collector in this process; returns the function that stops it. Without `--expose-gc` there is none. */
export function collectWhenIdle(): () => void {
  const runtime = nodeRuntime();
  if (!runtime) return () => undefined;
  const collector = new IdleCollector(runtime);
  const timer = setInterval(() => collector.tick(), TICK_MS).unref();
  return () => clearInterval(timer);
}

/** Node's own; undefined unless Node runs with `--expose-gc`. */
export function nodeRuntime(): Runtime | undefined {
  const { gc } = globalThis;
  if (!gc) return undefined;
  let last = performance.eventLoopUtilization();
  return {
    utilisation: () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      return utilization;
    },
    heapUsed: () => process.memoryUsage().heapUsed,
    collect: () => void gc({ type: 'major', execution: 'sync', flavor: 'last-resort' }),
  };
}
