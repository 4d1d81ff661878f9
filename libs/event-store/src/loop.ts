export interface LoopOptions {
  /** Runs one round; true: there is more work immediately. */
  readonly round: () => Promise<boolean>;
  /** Pause between rounds without a trigger, ms; also the pause after a failed round, regardless of triggers. */
  readonly pollMs: number;
  readonly onError: (error: unknown) => void;
}

/**
 * Runs rounds one after the other until it is stopped: immediately if there is more work or after a trigger, else by
 * polling.
 */
export class Loop {
  private running: Promise<void> | undefined;
  private stopped = false;
  private triggered = false;
  private resume: () => void = () => {};

  constructor(private readonly options: LoopOptions) {}

  /** Idempotent. */
  start(): void {
    this.running ??= this.run();
  }

  /** There may be new work: starts a round now, or after the current round. */
  trigger(): void {
    this.triggered = true;
    this.resume();
  }

  /** Resolves after the current round; no further round starts. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.resume();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const outcome = await this.round();
      if (outcome === 'more' || this.stopped) continue;
      await this.pause(outcome === 'idle');
    }
  }

  private async round(): Promise<'more' | 'idle' | 'failed'> {
    this.triggered = false;
    try {
      return (await this.options.round()) ? 'more' : 'idle';
    } catch (error) {
      this.options.onError(error);
      return 'failed';
    }
  }

  private pause(pokable: boolean): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.resume = () => {};
        resolve();
      };
      const timer = setTimeout(end, this.options.pollMs);
      this.resume = () => {
        if (pokable || this.stopped) end();
      };
      if (this.triggered) this.resume();
    });
  }
}
