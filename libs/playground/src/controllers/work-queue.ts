/** Called with the error of a reconciliation, which is retried after a second. */
export type OnError = (error: unknown, key: string) => void;

const RETRY_MS = 1_000;
/** A longer timer of Node fires at once. The reconciliation then waits again. */
const LONGEST_MS = 2 ** 31 - 1;

/** Keys to reconcile: each once however often it is added, in order of adding, outside the caller's stack. */
export class WorkQueue {
  private readonly keys = new Set<string>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private scheduled: NodeJS.Immediate | undefined;

  constructor(
    private readonly reconcile: (key: string) => void,
    private readonly onError: OnError,
  ) {}

  add(key: string): void {
    this.keys.add(key);
    // Not a microtask: controllers that trigger each other would starve the sockets.
    this.scheduled ??= setImmediate(() => this.drain());
  }

  /** Adds the key after `ms`, at most `LONGEST_MS`; a later call for the same key replaces the earlier one. */
  addAfter(key: string, ms: number): void {
    clearTimeout(this.timers.get(key));
    const timer = setTimeout(() => {
      this.timers.delete(key);
      this.add(key);
    }, Math.min(ms, LONGEST_MS));
    this.timers.set(key, timer);
  }

  stop(): void {
    clearImmediate(this.scheduled);
    this.keys.clear();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  private drain(): void {
    this.scheduled = undefined;
    const batch = [...this.keys];
    this.keys.clear();
    for (const key of batch) {
      try {
        this.reconcile(key);
      } catch (error) {
        this.onError(error, key);
        this.addAfter(key, RETRY_MS);
      }
    }
  }
}
