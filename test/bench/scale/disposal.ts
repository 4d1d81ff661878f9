/** Something that runs and must be ended. */
export interface Disposable {
  stop(): Promise<void>;
}

const all = new Set<Disposal>();

/** What runs now, to be ended in the opposite order: when it is no longer needed, or when the bench is interrupted. */
export class Disposal {
  private readonly running: Promise<Disposable>[] = [];
  private ending: Promise<void> | undefined;

  constructor() {
    all.add(this);
  }

  /** What comes of `starting` is ended by `run`, also if that is called before it has started. */
  add<T extends Disposable>(starting: Promise<T>): Promise<T> {
    this.running.push(starting);
    return starting;
  }

  /**
   * Ends all that was added, the last one first; goes on where one fails, and rejects with the first failure.
   * Idempotent: each call resolves when all have ended.
   */
  run(): Promise<void> {
    return (this.ending ??= this.end());
  }

  /** Of every disposal that there is. */
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
