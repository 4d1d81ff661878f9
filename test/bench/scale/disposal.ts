/** Something that runs and must be stopped. */
export interface Disposable {
  stop(): Promise<void>;
}

const all = new Set<Disposal>();

/**
 * Collects what a measurement has started, and stops it in reverse order: when it is no longer needed, or when the
 * bench is interrupted.
 */
export class Disposal {
  private readonly running: Promise<Disposable>[] = [];
  private ending: Promise<void> | undefined;

  constructor() {
    all.add(this);
  }

  /** `run` stops the result of `starting`, also if `run` is called before it has started. */
  add<T extends Disposable>(starting: Promise<T>): Promise<T> {
    this.running.push(starting);
    return starting;
  }

  /**
   * Stops all that was added, in reverse order. If one fails to stop, it stops the others and rejects with the first
   * failure. Idempotent: each call resolves when all have stopped.
   */
  run(): Promise<void> {
    return (this.ending ??= this.end());
  }

  /** Runs every disposal. */
  static async runAll(): Promise<void> {
    await Promise.all([...all].map((one) => one.run()));
  }

  private async end(): Promise<void> {
    const failures: unknown[] = [];
    for (let one = this.running.pop(); one; one = this.running.pop()) {
      const started = await one.catch(() => undefined);
      await started?.stop().catch((error: unknown) => failures.push(error));
    }
    all.delete(this);
    if (failures.length > 0) throw failures[0];
  }
}
